import { randomBytes } from "node:crypto";
import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import type { LiveEvent } from "./api.ts";

/** What changed, told to every open page. */
export interface Live {
  publish(event: LiveEvent): void;
  /** Answer `GET /api/live`: what came after `Last-Event-ID`, then everything as it happens. */
  stream(context: Context): Response;
  /** End every stream, so that the server can stop. */
  close(): void;
}

interface Entry {
  readonly id: string;
  readonly event: LiveEvent;
}

const KEPT_EVENTS = 1000;
const HEARTBEAT_MS = 15_000;

/** "Anything may have changed": for a page that missed more than we kept. */
const RELOAD: LiveEvent = { type: "structure" };

export function createLive(): Live {
  // Ids of an earlier run must not be mistaken for ours.
  const run = randomBytes(4).toString("hex");
  let count = 0;
  const kept: Entry[] = [];
  const pages = new Set<Page>();

  const missedSince = (lastId: string | undefined): readonly Entry[] => {
    if (lastId === undefined) return [];
    const at = kept.findIndex((entry) => entry.id === lastId);
    if (at >= 0) return kept.slice(at + 1);
    return lastId === `${run}-${count}` ? [] : [{ id: `${run}-${count}`, event: RELOAD }];
  };

  return {
    publish: (event) => {
      count += 1;
      const entry = { id: `${run}-${count}`, event };
      kept.push(entry);
      if (kept.length > KEPT_EVENTS) kept.shift();
      for (const page of pages) page.add([entry]);
    },
    stream: (context) =>
      streamSSE(context, async (stream) => {
        const page = openPage(missedSince(context.req.header("last-event-id")));
        pages.add(page);
        stream.onAbort(page.end);
        const heartbeat = setInterval(page.beat, HEARTBEAT_MS);
        try {
          // The first line makes the browser report the stream as open.
          await stream.write(": open\n\n");
          for await (const entry of page.entries()) {
            if (entry === "beat") await stream.write(": still here\n\n");
            else await stream.writeSSE({ id: entry.id, data: JSON.stringify(entry.event) });
          }
        } finally {
          clearInterval(heartbeat);
          pages.delete(page);
        }
      }),
    close: () => {
      for (const page of pages) page.end();
    },
  };
}

/** One open page: what it has still to be told. */
interface Page {
  add(entries: readonly Entry[]): void;
  beat(): void;
  end(): void;
  entries(): AsyncGenerator<Entry | "beat">;
}

function openPage(first: readonly Entry[]): Page {
  let waiting: (Entry | "beat")[] = [...first];
  let ended = false;
  let wake = () => {};
  const add = (entries: readonly (Entry | "beat")[]) => {
    waiting.push(...entries);
    const last = waiting.at(-1);
    // A page that does not keep up is told once to load everything anew.
    if (waiting.length > KEPT_EVENTS && last !== undefined && last !== "beat") {
      waiting = [{ id: last.id, event: RELOAD }];
    }
    wake();
  };
  return {
    add,
    beat: () => add(["beat"]),
    end: () => {
      ended = true;
      wake();
    },
    entries: async function* () {
      while (!ended) {
        const next = waiting.shift();
        if (next !== undefined) yield next;
        else await new Promise<void>((resolve) => void (wake = resolve));
      }
    },
  };
}
