import {
  keepPreviousData,
  useMutation,
  useQuery,
  useQueryClient,
  type QueryClient,
} from "@tanstack/react-query";
import { createContext, use, useEffect, useState } from "react";
import type { CommentWrite, Cycle, LiveEvent, Progress } from "../../plugin/server/api.ts";
import type { Api, LiveState, RecordsQuery } from "./api.ts";

/**
 * What the screens read, by name. A key starts with the language, because answers carry sentences,
 * then what it is, then which one: live events address them by the second and third part.
 */
export const ApiContext = createContext<Api | null>(null);

export function useApi(): Api {
  const api = use(ApiContext);
  if (api === null) throw new Error("useApi outside of its provider");
  return api;
}

export function useSession() {
  const api = useApi();
  return useQuery({
    queryKey: [api.locale, "session"],
    queryFn: api.session,
    placeholderData: keepPreviousData,
  });
}

export function useCycles() {
  const api = useApi();
  return useQuery({
    queryKey: [api.locale, "cycles"],
    queryFn: api.cycles,
    placeholderData: keepPreviousData,
  });
}

/**
 * Where a visit starts: the cycle the server names, else the latest month in which somebody has a grade. Falls back to other kinds
 * of cycle, then to one with provisional totals, then to any; null when no cycle has begun.
 */
export function useLatestCycle(
  cycles: readonly Cycle[] | undefined,
  openAt: string | null,
  enabled: boolean,
) {
  const api = useApi();
  const client = useQueryClient();
  return useQuery({
    queryKey: [api.locale, "latest", openAt, cycles?.map(({ name }) => name)],
    queryFn: async () => {
      if (openAt !== null && cycles?.some(({ name }) => name === openAt)) return openAt;
      const begun = (cycles ?? [])
        .filter(({ status }) => status !== "planned")
        .sort((a, b) => b.end.localeCompare(a.end));
      const months = begun.filter(({ kind }) => kind === "month");
      const others = begun.filter(({ kind }) => kind !== "month");
      let provisional: string | null = null;
      for (const { name } of [...months, ...others]) {
        const sheets = await client.ensureQueryData({
          queryKey: [api.locale, "sheets", name],
          queryFn: () => api.sheets(name),
        });
        if (sheets.some(({ state }) => state === "final")) return name;
        if (sheets.some(({ total }) => total !== null)) provisional ??= name;
      }
      return provisional ?? months[0]?.name ?? begun[0]?.name ?? null;
    },
    enabled: enabled && cycles !== undefined,
    staleTime: Infinity,
  });
}

export function useSheets(cycle: string | null) {
  const api = useApi();
  return useQuery({
    queryKey: [api.locale, "sheets", cycle],
    queryFn: () => api.sheets(cycle ?? ""),
    enabled: cycle !== null,
  });
}

export function useSheet(id: string) {
  const api = useApi();
  return useQuery({ queryKey: [api.locale, "sheet", id], queryFn: () => api.sheet(id) });
}

export function useWhy(
  sheet: string,
  kpi: string | null,
  page: { readonly offset: number; readonly limit: number },
) {
  const api = useApi();
  return useQuery({
    queryKey: [api.locale, "why", sheet, kpi, page],
    queryFn: () => api.why(sheet, kpi ?? "", page),
    enabled: kpi !== null,
    // Turning a page of records keeps the rest of the explanation on screen.
    placeholderData: (previous, before) =>
      before?.queryKey[2] === sheet && before.queryKey[3] === kpi ? previous : undefined,
  });
}

export function useReply(sheet: string) {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (comment: CommentWrite) => api.reply(sheet, comment),
    onSuccess: () => client.invalidateQueries({ queryKey: [api.locale, "sheet", sheet] }),
  });
}

export function useOperations() {
  const api = useApi();
  return useQuery({
    queryKey: [api.locale, "operations"],
    queryFn: api.operations,
    refetchInterval: 5_000,
  });
}

export function useDoctor() {
  const api = useApi();
  return useQuery({ queryKey: [api.locale, "doctor"], queryFn: api.doctor });
}

export function useRetry() {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: api.retry,
    onSettled: () => client.invalidateQueries({ queryKey: [api.locale, "operations"] }),
  });
}

/** A full recompute, with how far it is while it runs. */
export function useRecompute() {
  const api = useApi();
  const client = useQueryClient();
  const [progress, setProgress] = useState<Progress["progress"] | null>(null);
  const mutation = useMutation({
    mutationFn: () => api.recompute(setProgress),
    onMutate: () => setProgress(null),
    onSuccess: () => client.invalidateQueries(),
  });
  return { ...mutation, progress };
}

export function useTables() {
  const api = useApi();
  return useQuery({
    queryKey: [api.locale, "tables"],
    queryFn: api.tables,
    placeholderData: keepPreviousData,
  });
}

export function useRecords(table: string, query: RecordsQuery) {
  const api = useApi();
  return useQuery({
    queryKey: [api.locale, "records", table, query],
    queryFn: () => api.records(table, query),
    // Paging and searching keep the page on screen until the next one is there.
    placeholderData: (previous, before) => (before?.queryKey[2] === table ? previous : undefined),
  });
}

export function useRecord(id: string | null) {
  const api = useApi();
  return useQuery({
    queryKey: [api.locale, "record", id],
    queryFn: () => api.record(id ?? ""),
    enabled: id !== null,
  });
}

export function useHistory(record: string) {
  const api = useApi();
  return useQuery({
    queryKey: [api.locale, "history", record],
    queryFn: () => api.history(record),
  });
}

export function useMembers(enabled: boolean) {
  const api = useApi();
  return useQuery({ queryKey: [api.locale, "members"], queryFn: api.members, enabled });
}

export function useChoices(table: string | null, search: string, enabled: boolean) {
  const api = useApi();
  return useQuery({
    queryKey: [api.locale, "choices", table, search],
    queryFn: () => api.choices(table ?? "", search),
    enabled: enabled && table !== null,
    placeholderData: keepPreviousData,
  });
}

/** Events that arrive together are answered with one round of requests, */
const GATHER_MS = 120;
/** and rounds keep this distance, however many events there are. */
const ROUND_MS = 600;

/**
 * Keep what is on screen in step with the server.
 *
 * @returns whether the connection stands; null before it did for the first time
 */
export function useLive(enabled: boolean): LiveState | null {
  const api = useApi();
  const client = useQueryClient();
  const [state, setState] = useState<LiveState | null>(null);
  useEffect(() => {
    if (!enabled) return;
    const gathered: LiveEvent[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    let interrupted = false;
    let last = -ROUND_MS;
    const close = api.live(
      (event) => {
        gathered.push(event);
        const wait = Math.max(GATHER_MS, last + ROUND_MS - performance.now());
        timer ??= setTimeout(() => {
          timer = undefined;
          last = performance.now();
          refresh(client, gathered.splice(0));
        }, wait);
      },
      (next) => {
        setState(next);
        if (next === "waiting") interrupted = true;
        else if (interrupted) {
          interrupted = false;
          void client.invalidateQueries();
        }
      },
    );
    return () => {
      clearTimeout(timer);
      close();
    };
  }, [api, client, enabled]);
  return state;
}

function refresh(client: QueryClient, events: readonly LiveEvent[]): void {
  if (events.some((event) => event.type === "structure")) {
    void client.invalidateQueries();
    return;
  }
  const stale = new Set<string>(["operations"]);
  for (const event of events) {
    switch (event.type) {
      case "record":
        for (const name of ["tables", "cycles"]) stale.add(name);
        for (const name of ["records", "choices"]) stale.add(`${name}/${event.table}`);
        for (const name of ["record", "history"]) stale.add(`${name}/${event.record}`);
        break;
      case "sheet":
        stale.add("sheets");
        for (const name of ["sheet", "why"]) stale.add(`${name}/${event.sheet}`);
        break;
      case "comment":
        stale.add(`sheet/${event.sheet}`);
        break;
      case "structure":
        break;
    }
  }
  void client.invalidateQueries({
    predicate: ({ queryKey: [, name, which] }) =>
      stale.has(String(name)) || stale.has(`${String(name)}/${String(which)}`),
  });
}
