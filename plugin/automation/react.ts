import { feedbackFor } from "./feedback-occasion.ts";
import type { Applied } from "./core.ts";
import type { CommentPayload } from "./deliver.ts";
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
    const feedback = causes ? feedbackFor(applied.company, change, causes) : null;
    if (!feedback) continue;
    if (feedback.held.length === 0) {
      state.run("UPDATE sheets SET feedback = ? WHERE id = ?", feedback.text, id);
      queueDifferences(state, applied.company, change.after);
    }
    putOutbox(state, {
      kind: "comment",
      table: "sheets",
      record: id,
      topic: feedback.topic,
      payload: JSON.stringify({
        parts: feedback.parts,
        held: feedback.held,
      } satisfies CommentPayload),
    });
  }
}
