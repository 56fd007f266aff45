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

/** One walk; returns how many rows matched at its beginning, null when the host did not say. */
async function* walk(
  api: OpenApi,
  wire: Wire,
  search: Search,
  seen: Set<string>,
  manner: "windows" | "offsets",
): AsyncGenerator<readonly Item[], number | null> {
  let expected: number | null | undefined;
  let usesWindows = manner === "windows";
  let from = search.since;
  let offset = 0;
  /** Row that must come first on the next page, null when any may. */
  let anchor: string | null = null;
  let realignments = 0;
  let emptyPages = 0;
  /** Rows of this walk. */
  let met = manner === "windows" ? seen : new Set<string>();

  for (;;) {
    const page = await listItems(api, search.table, {
      filter: windowFilter(search, from),
      order: search.order,
      limit: api.facts.pageCap,
      offset,
    });
    expected ??= page.filtered ?? null;
    const rows = [...new Map(page.items.map((row) => [row.item_id, row])).values()];
    const [first] = rows;

    if (anchor !== null && first?.item_id !== anchor && realignments < MOST_REALIGNMENTS) {
      realignments += 1;
      anchor = null;
      offset = 0;
      continue;
    }
    if (first === undefined) {
      if ((page.filtered ?? 0) <= offset) return expected;
      emptyPages += 1;
      if (emptyPages >= MOST_EMPTY_PAGES) throw emptyPage(search.table, page.filtered ?? 0, offset);
      await api.patience.wait(pauseMs(emptyPages, api.patience));
      continue;
    }
    emptyPages = 0;

    const unseen = rows.filter((row) => !seen.has(row.item_id));
    const unmet = rows.filter((row) => !met.has(row.item_id)).length;
    // The row we asked to see again is no repetition.
    const repeated = rows.length - unmet - (anchor === null ? 0 : 1);
    for (const row of rows) {
      seen.add(row.item_id);
      met.add(row.item_id);
    }
    if (unseen.length > 0) yield unseen;

    const reached = offset + rows.length;
    if (isEnd(page, reached)) return expected;
    // More places than rows, and nothing new: the host begins again.
    if (unmet === 0 && offset >= met.size) return expected;

    const last = rows.at(-1);
    const stamps = rows.map((row) => stampOf(row, search.order, wire));
    if (usesWindows && !isInOrder(stamps, from, wire)) {
      // The host ignores our order or our filter: without them windows would skip rows.
      usesWindows = false;
      met = new Set();
      from = search.since;
      offset = 0;
      anchor = null;
      continue;
    }
    const stamp = stamps.at(-1) ?? null;
    if (
      usesWindows &&
      stamp !== null &&
      (from === null || stamp > from) &&
      !wire.clock.repeats(stamp)
    ) {
      from = stamp;
      // The new window begins with the rows of this second that we have just seen.
      offset = stamps.filter((other) => other === stamp).length - 1;
      anchor = last?.item_id ?? null;
      realignments = 0;
      continue;
    }
    if (repeated > 0 && unmet > 0) {
      // Repetitions may have pushed rows off the end of this page.
      offset += unmet;
      anchor = null;
      continue;
    }
    // A page of one row can only be the row we asked to see again.
    offset = rows.length > 1 ? reached - 1 : reached;
    anchor = rows.length > 1 ? (last?.item_id ?? null) : null;
  }
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

function emptyPage(table: string, filtered: number, offset: number): PluginError {
  return new PluginError("workspace/unreadable-reply", {
    operation: "item/list",
    reason: `an empty page at ${offset} of ${filtered} rows`,
    table,
  });
}
