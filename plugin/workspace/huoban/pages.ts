import { PluginError } from "../../errors.ts";
import type { Filter } from "../workspace.ts";
import type { Wire } from "./fields.ts";
import { listItems, stampOf, type Item, type ItemList, type Stamp } from "./items.ts";
import type { OpenApi } from "./open-api.ts";
import { pauseMs } from "./pacing.ts";

/** How often a place in the list is looked for again when rows moved under us. */
const MOST_REALIGNMENTS = 3;
const MOST_EMPTY_PAGES = 3;

interface Search {
  readonly table: string;
  readonly filter: Filter | null;
  readonly order: Stamp;
  /** Wall-clock time to begin with, null = from the start. */
  readonly since: string | null;
}

/**
 * Every matching row once, oldest first, page by page.
 *
 * An offset costs the host the rows it skips, so a plain walk over a huge table is quadratic. The
 * walk therefore goes in *windows*: rows from the time of the last row seen, and an offset only
 * among rows of that same second. Nothing the host says about itself is trusted: steps are as long
 * as the page that came, each page begins with the last row of the one before (else rows moved and
 * the window is read again), and at the end at least as many rows were seen as matched at first.
 *
 * @throws workspace/unreadable-reply when rows are missing after a second walk without windows
 */
export async function* sweep(
  api: OpenApi,
  wire: Wire,
  search: Search,
): AsyncGenerator<readonly Item[]> {
  const seen = new Set<string>();
  const expected = yield* walk(api, wire, search, seen, "windows");
  // Rows deleted meanwhile are not missing.
  if (expected === null || seen.size >= expected) return;
  if (seen.size >= (await countMatches(api, search))) return;
  yield* walk(api, wire, search, seen, "offsets");
  const left = Math.min(expected, await countMatches(api, search));
  if (seen.size >= left) return;
  throw new PluginError("workspace/unreadable-reply", {
    operation: "item/list",
    reason: `${seen.size} of ${left} rows came`,
    table: search.table,
  });
}

async function countMatches(api: OpenApi, search: Search): Promise<number> {
  const filter = windowFilter(search, search.since);
  const page = await listItems(api, search.table, {
    filter,
    order: search.order,
    limit: 1,
    offset: 0,
  });
  return page.filtered ?? 0;
}

/** Where the next page begins. */
interface Place {
  /** Wall-clock time of the window, null = the whole list. */
  readonly from: string | null;
  readonly offset: number;
  /** Row that must come first on the page, null when any may. */
  readonly anchor: string | null;
}

/** One walk; returns how many rows matched at its beginning, null when the host did not say. */
async function* walk(
  api: OpenApi,
  wire: Wire,
  search: Search,
  seen: Set<string>,
  manner: "windows" | "offsets",
): AsyncGenerator<readonly Item[], number | null> {
  const start: Place = { from: search.since, offset: 0, anchor: null };
  let place = start;
  let expected: number | null | undefined;
  let usesWindows = manner === "windows";
  let realignments = 0;
  let emptyPages = 0;
  /** Rows of this walk. */
  let met = usesWindows ? seen : new Set<string>();

  for (;;) {
    const page = await listItems(api, search.table, {
      filter: windowFilter(search, place.from),
      order: search.order,
      limit: api.facts.pageCap,
      offset: place.offset,
    });
    expected ??= page.filtered ?? null;
    const rows = [...new Map(page.items.map((row) => [row.item_id, row])).values()];
    const isAligned = place.anchor === null || rows[0]?.item_id === place.anchor;

    if (!isAligned && realignments < MOST_REALIGNMENTS) {
      realignments += 1;
      place = { from: place.from, offset: 0, anchor: null };
      continue;
    }
    if (rows.length === 0) {
      if ((page.filtered ?? 0) <= place.offset) return expected;
      emptyPages += 1;
      if (emptyPages >= MOST_EMPTY_PAGES) throw emptyPage(search.table, page, place.offset);
      await api.patience.wait(pauseMs(emptyPages, api.patience));
      continue;
    }
    emptyPages = 0;

    const unseen = rows.filter((row) => !seen.has(row.item_id));
    const unmet = rows.filter((row) => !met.has(row.item_id)).length;
    for (const row of rows) {
      seen.add(row.item_id);
      met.add(row.item_id);
    }
    if (unseen.length > 0) yield unseen;

    if (isEnd(page, place.offset + rows.length)) return expected;
    // More places than rows, and nothing new: the host begins again.
    if (unmet === 0 && place.offset >= met.size) return expected;

    const stamps = rows.map((row) => stampOf(row, search.order, wire));
    if (usesWindows && !isInOrder(stamps, place.from, wire)) {
      // The host ignores our order or our filter: without them windows would skip rows.
      usesWindows = false;
      met = new Set();
      place = start;
      continue;
    }
    const window = usesWindows ? nextWindow(place, rows, stamps, wire) : null;
    if (window !== null) realignments = 0;
    place = window ?? furtherOn(place, rows, unmet);
  }
}

/** The window of the last row's second, null when that is the one we are in. */
function nextWindow(
  { from }: Place,
  rows: readonly Item[],
  stamps: readonly (string | null)[],
  wire: Wire,
): Place | null {
  const stamp = stamps.at(-1) ?? null;
  if (stamp === null || (from !== null && stamp <= from) || wire.clock.repeats(stamp)) return null;
  // It begins with the rows of this second that we have just seen.
  const seen = stamps.filter((other) => other === stamp).length;
  return { from: stamp, offset: seen - 1, anchor: rows.at(-1)?.item_id ?? null };
}

/** Further on in the same window, beginning with the last row of this page. */
function furtherOn(place: Place, rows: readonly Item[], unmet: number): Place {
  const { from, offset, anchor } = place;
  // The row we asked to see again is no repetition.
  const repeated = rows.length - unmet - (anchor === null ? 0 : 1);
  // Repetitions may have pushed rows off the end of the page.
  if (repeated > 0 && unmet > 0) return { from, offset: offset + unmet, anchor: null };
  // A page of one row can only be the row we asked to see again.
  if (rows.length === 1) return { from, offset: offset + 1, anchor: null };
  return { from, offset: offset + rows.length - 1, anchor: rows.at(-1)?.item_id ?? null };
}

/** Only when both of the host's figures agree; a wrong guess would lose rows. */
function isEnd(page: ItemList, reached: number): boolean {
  return page.has_more === false && page.filtered !== undefined && page.filtered <= reached;
}

/** Times that come twice a year cannot be compared, so they prove nothing. */
function isInOrder(stamps: readonly (string | null)[], from: string | null, wire: Wire): boolean {
  let previous = from ?? "";
  for (const stamp of stamps) {
    if (stamp === null) return false;
    if (wire.clock.repeats(stamp)) continue;
    if (stamp < previous) return false;
    previous = stamp;
  }
  return true;
}

function windowFilter({ filter, order }: Search, from: string | null): Filter | null {
  if (from === null) return filter;
  const window: Filter = { field: order, query: { gte: from } };
  return filter === null ? { and: [window] } : { and: [filter, window] };
}

function emptyPage(table: string, page: ItemList, offset: number): PluginError {
  return new PluginError("workspace/unreadable-reply", {
    operation: "item/list",
    reason: `an empty page at ${offset} of ${page.filtered ?? 0} rows`,
    table,
  });
}
