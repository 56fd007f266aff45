import type {
  CommentWrite,
  Cycle,
  Doctor,
  GridChange,
  GridPage,
  GridRecord,
  GridTable,
  GridWrite,
  LiveEvent,
  Member,
  Operations,
  Problem,
  Progress,
  RecomputeLine,
  Recomputed,
  Session,
  SheetDetail,
  SheetRow,
  Why,
} from "../../plugin/server/api.ts";
import type { Choice } from "./contract.ts";
import type { Locale } from "./preferences.ts";

/** A refusal of the server, or `console/…` where the server could not be heard. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly problem: Problem;

  constructor(status: number, problem: Problem) {
    super(problem.message === "" ? problem.code : problem.message);
    this.status = status;
    this.problem = problem;
  }
}

export interface RecordsQuery {
  readonly offset: number;
  readonly limit: number;
  readonly search: string;
  readonly view: string | null;
  readonly order: string | null;
}

/** Files a cycle's results can be taken along as. */
export const EXPORT_FORMATS = ["xlsx", "csv"] as const;

export type LiveState = "open" | "waiting";

const REOPEN_MS = 3000;

/**
 * The console's only way to the server.
 *
 * @param options.locale  language of the sentences in the answers
 * @param options.onSignedOut  called when the server no longer knows this browser
 * @throws Refusal from every request that is not answered as asked
 */
export function createApi(options: { locale: Locale; onSignedOut: () => void }) {
  async function ask(method: string, path: string, body?: unknown): Promise<Response> {
    const response = await fetch(path, {
      method,
      headers: {
        "Accept-Language": options.locale,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      throw new Refusal(0, unheard("console/unreachable", String(cause)));
    });
    if (response.ok) return response;
    if (response.status === 401) options.onSignedOut();
    const answer = parse(response.status, await response.text());
    throw new Refusal(
      response.status,
      isProblem(answer) ? answer : unheard("console/unreadable", String(response.status)),
    );
  }

  async function send<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await ask(method, path, body);
    const text = await response.text();
    // The server and this file share the contract's types; a removal is answered without a body.
    return (text === "" ? undefined : parse(response.status, text)) as T;
  }

  /** A long answer, one JSON line after the other as they arrive. */
  async function* lines<T>(method: string, path: string): AsyncGenerator<T> {
    const response = await ask(method, path);
    let rest = "";
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      rest += decoder.decode(chunk, { stream: true });
      const complete = rest.split("\n");
      rest = complete.pop() ?? "";
      for (const line of complete) if (line !== "") yield parse(response.status, line) as T;
    }
    if (rest !== "") yield parse(response.status, rest) as T;
  }

  const get = <T>(path: string) => send<T>("GET", path);
  const at = encodeURIComponent;

  return {
    locale: options.locale,
    session: () => get<Session>("/api/session"),
    cycles: () => get<Cycle[]>("/api/cycles"),
    sheets: (cycle: string) => get<SheetRow[]>(`/api/sheets?cycle=${at(cycle)}`),
    sheet: (id: string) => get<SheetDetail>(`/api/sheets/${at(id)}`),
    /** Results of a cycle as a file, named by the server. */
    exportCycle: async (cycle: string, format: (typeof EXPORT_FORMATS)[number]) => {
      const answer = await ask("GET", `/api/export?cycle=${at(cycle)}&format=${format}`);
      const named = /filename\*=UTF-8''([^;]+)/.exec(
        answer.headers.get("content-disposition") ?? "",
      );
      return {
        name: named?.[1] === undefined ? `${cycle}.${format}` : decodeURIComponent(named[1]),
        content: await answer.blob(),
      };
    },
    why: (sheet: string, kpi: string, page: { offset: number; limit: number }) =>
      get<Why>(
        `/api/sheets/${at(sheet)}/items/${at(kpi)}/why?offset=${page.offset}&limit=${page.limit}`,
      ),
    reply: (sheet: string, comment: CommentWrite) =>
      send<unknown>("POST", `/api/sheets/${at(sheet)}/comments`, comment),
    operations: () => get<Operations>("/api/operations"),
    retry: (failure: string) => send<unknown>("POST", `/api/operations/${at(failure)}/retry`),
    doctor: () => get<Doctor>("/api/doctor"),
    /** Everything anew; @throws Refusal also when it fails on the way or breaks off. */
    recompute: async (onProgress: (progress: Progress["progress"]) => void) => {
      for await (const line of lines<RecomputeLine>("POST", "/api/recompute")) {
        if ("progress" in line) onProgress(line.progress);
        else if ("problem" in line) throw new Refusal(200, line.problem);
        else return line.result satisfies Recomputed;
      }
      throw new Refusal(0, unheard("console/unreachable", "the answer broke off"));
    },
    tables: () => get<GridTable[]>("/api/workspace/tables"),
    records: (table: string, query: RecordsQuery) => {
      const search = new URLSearchParams({
        offset: String(query.offset),
        limit: String(query.limit),
      });
      if (query.search !== "") search.set("search", query.search);
      if (query.view !== null) search.set("view", query.view);
      if (query.order !== null) search.set("order", query.order);
      return get<GridPage>(`/api/workspace/tables/${at(table)}/records?${search.toString()}`);
    },
    record: (id: string) => get<GridRecord>(`/api/workspace/records/${at(id)}`),
    history: (record: string) => get<GridChange[]>(`/api/workspace/records/${at(record)}/history`),
    members: () => get<Member[]>("/api/workspace/members"),
    choices: (table: string, search: string) =>
      get<Choice[]>(`/api/workspace/tables/${at(table)}/choices?search=${at(search)}`),
    addRecord: (table: string, write: GridWrite) =>
      send<GridRecord>("POST", `/api/workspace/tables/${at(table)}/records`, write),
    writeRecord: (id: string, write: GridWrite) =>
      send<GridRecord>("PATCH", `/api/workspace/records/${at(id)}`, write),
    removeRecord: (id: string) => send<unknown>("DELETE", `/api/workspace/records/${at(id)}`),

    /**
     * Hear what changes on the server until the returned function is called. The browser connects
     * again by itself; `onState("open")` after `"waiting"` means events may have been missed.
     */
    live(onEvent: (event: LiveEvent) => void, onState: (state: LiveState) => void): () => void {
      let stream: EventSource;
      let again: ReturnType<typeof setTimeout> | undefined;
      const open = () => {
        stream = new EventSource("/api/live");
        stream.onopen = () => onState("open");
        stream.onerror = () => {
          onState("waiting");
          // After a refusal (a gateway's, say) the browser gives up; we do not.
          if (stream.readyState === EventSource.CLOSED) again = setTimeout(open, REOPEN_MS);
        };
        stream.onmessage = (message: MessageEvent<string>) => {
          onEvent(JSON.parse(message.data) as LiveEvent); // written by the server from the same type
        };
      };
      open();
      return () => {
        clearTimeout(again);
        stream.close();
      };
    },
  };
}

export type Api = ReturnType<typeof createApi>;

function unheard(code: string, reason: string): Problem {
  return { code, message: "", hint: "", details: { reason } };
}

function parse(status: number, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Refusal(status, unheard("console/unreadable", String(cause)));
  }
}

function isProblem(answer: unknown): answer is Problem {
  return typeof answer === "object" && answer !== null && "code" in answer && "message" in answer;
}
