import type { Log } from "../log.ts";
import type { Locale } from "../words/words.ts";
import type { Progress } from "./api.ts";
import { problemOf } from "./problem.ts";

type ReportProgress = (done: number, total: number) => void;

/** Often enough for a moving bar, seldom enough for a million rows. */
const BETWEEN_LINES_MS = 100;

/**
 * Answer long work line by line (`application/x-ndjson`): `progress` lines as it goes on, then one
 * `result`, or one `problem`. The work goes on when the caller hangs up.
 */
export function answerInLines(
  work: (report: ReportProgress) => Promise<unknown>,
  deps: { readonly locale: Locale; readonly log: Log; readonly now: () => Date },
): Response {
  const encoder = new TextEncoder();
  let listening = true;
  const body = new ReadableStream<Uint8Array>({
    start: async (stream) => {
      const send = (line: unknown) => {
        if (listening) stream.enqueue(encoder.encode(`${JSON.stringify(line)}\n`));
      };
      let nextAt = 0;
      const report: ReportProgress = (done, total) => {
        const at = deps.now().getTime();
        if (at < nextAt && done !== total) return;
        nextAt = at + BETWEEN_LINES_MS;
        send({ progress: { done, total } } satisfies Progress);
      };
      try {
        send({ result: await work(report) });
      } catch (error) {
        send({ problem: problemOf(error, deps.locale, deps.log).problem });
      }
      if (listening) stream.close();
    },
    cancel: () => {
      listening = false;
    },
  });
  return new Response(body, {
    headers: { "content-type": "application/x-ndjson; charset=utf-8", "cache-control": "no-store" },
  });
}
