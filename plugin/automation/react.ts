import { feedbackFor, mendedFeedback } from "./feedback-occasion.ts";
import type { Applied } from "./core.ts";
import type { CommentPayload } from "./deliver.ts";
import type { Rescored } from "./desk.ts";
import { lastConclusive } from "./ledger.ts";
import { putOutbox } from "./outbox.ts";
import { queueDifferences } from "./outputs.ts";
import type { State } from "./state.ts";

/**
 * Feedback that a batch gives occasion to, put into the outbox. Runs inside the batch's transaction:
 * a crash loses neither the change nor its comment, and says nothing twice.
 */
export function queueFeedback(state: State, applied: Applied): void {
  for (const change of applied.changed) {
    const { id } = change.after.sheet;
    const causes = applied.causes.get(id);
    const before = causes ? lastConclusive(state, change) : change.before;
    const feedback = causes
      ? feedbackFor(applied.company, { before, after: change.after }, causes)
      : null;
    if (feedback) {
      const { parts, held } = feedback;
      if (held.length === 0) {
        state.run("UPDATE sheets SET feedback = ? WHERE id = ?", feedback.text, id);
        if (feedback.item !== null)
          remember(state, id, feedback.item, feedback.occasion === "data_problem");
      }
      putComment(state, id, feedback.topic, { parts, held });
    }
    queueMended(state, applied, change, feedback === null || feedback.held.length > 0);
    queueDifferences(state, applied.company, change.after);
  }
}

/** Say of figures that were told to be missing that they are there now. */
function queueMended(state: State, applied: Applied, { after }: Rescored, silent: boolean): void {
  if (!applied.company.settings.feedback) return;
  const told = missingTold(state, after.sheet.id);
  for (const item of after.items) {
    if (!told.includes(item.id) || item.result?.status !== "OK") continue;
    const { topic, text } = mendedFeedback(applied.company, item);
    if (silent) state.run("UPDATE sheets SET feedback = ? WHERE id = ?", text, after.sheet.id);
    remember(state, after.sheet.id, item.id, false);
    putComment(state, after.sheet.id, topic, { parts: [{ text }], held: [] });
  }
}

function putComment(state: State, sheet: string, topic: string, payload: CommentPayload): void {
  const row = { kind: "comment", table: "sheets", record: sheet, topic } as const;
  putOutbox(state, { ...row, payload: JSON.stringify(payload) });
}

/** Items of a sheet whose comment says that data are missing. */
function missingTold(state: State, sheet: string): readonly string[] {
  return JSON.parse(state.meta(`missing ${sheet}`) ?? "[]") as readonly string[];
}

function remember(state: State, sheet: string, item: string, missing: boolean): void {
  const told = missingTold(state, sheet);
  if (told.includes(item) === missing) return;
  const left = told.filter((one) => one !== item);
  state.setMeta(`missing ${sheet}`, JSON.stringify(missing ? [...left, item] : left));
}
