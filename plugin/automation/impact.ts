import type { People, Source } from "./company.ts";
import { joinShares, lacksOnlyPerson, type Given } from "./contribute.ts";
import type { Cells, Touched } from "./cells.ts";
import { sameGiven, type State } from "./state.ts";

interface Books {
  readonly state: State;
  readonly cells: Cells;
}

/**
 * Replace what one record gives to one source, and adjust the aggregates by the difference.
 *
 * @param before  what it gave until now, counted for `peopleBefore`
 * @param after  what it gives now, counted for `people`
 * @returns whether anything changed
 */
export function replaceGiven(
  books: Books,
  source: Source,
  record: string,
  before: readonly Given[],
  after: readonly Given[],
  people: People,
  touched: (cell: Touched) => void,
): boolean {
  if (sameGiven(before, after)) return false;
  const { state, cells } = books;
  state.setGiven(source.id, record, after, before.length > 0);
  for (const date of days(before)) cells.appear(source.id, date, -1, touched);
  for (const date of days(after)) cells.appear(source.id, date, 1, touched);
  if (source.aggregate === "first_ever")
    replaceFirst(books, source, record, before, after, people, touched);
  else {
    count(cells, source, record, before, people, -1, touched);
    count(cells, source, record, after, people, 1, touched);
  }
  return true;
}

/** Count an unchanged contribution for other subjects: somebody changed department. */
export function recount(
  books: Books,
  source: Source,
  record: string,
  given: readonly Given[],
  peopleBefore: People,
  people: People,
  touched: (cell: Touched) => void,
): void {
  const counts =
    source.aggregate !== "first_ever" ||
    given.some(
      (one) =>
        one.problem !== null ||
        books.state.one(
          "SELECT 1 FROM firsts WHERE source_id = ? AND distinct_key = ? AND record_id = ?",
          source.id,
          one.distinctKey,
          record,
        ) !== undefined,
    );
  if (!counts) return;
  count(books.cells, source, record, given, peopleBefore, -1, touched);
  count(books.cells, source, record, given, people, 1, touched);
}

function days(given: readonly Given[]): readonly string[] {
  return given[0] ? [given[0].date] : [];
}

/** Per subject once: two owners in one department give it their shares together, or the record once. */
function count(
  cells: Cells,
  source: Source,
  record: string,
  given: readonly Given[],
  people: People,
  sign: 1 | -1,
  touched: (cell: Touched) => void,
): void {
  const perSubject = new Map<string, Given>();
  for (const one of given) {
    if (one.owner === "") continue;
    for (const subject of people.subjectsOf(one.owner)) {
      const known = perSubject.get(subject);
      perSubject.set(subject, known ? joinShares(source, known, one) : one);
    }
  }
  for (const [subject, one] of perSubject) cells.apply(source, record, subject, one, sign, touched);
}

/** First-ever sources count one record per key: the earliest. Everything else about them is the same. */
function replaceFirst(
  books: Books,
  source: Source,
  record: string,
  before: readonly Given[],
  after: readonly Given[],
  people: People,
  touched: (cell: Touched) => void,
): void {
  const { state, cells } = books;
  // A record of nobody we know still was the first: it counts for nobody, but nothing after it is new.
  const takesPart = (one: Given) => one.problem === null || lacksOnlyPerson(one);
  const unusable = (given: readonly Given[]) => given.filter((one) => !takesPart(one));
  count(cells, source, record, unusable(before), people, -1, touched);
  count(cells, source, record, unusable(after), people, 1, touched);
  const usable = (given: readonly Given[]) => given.filter(takesPart);
  const keys = new Set([...usable(before), ...usable(after)].map((one) => one.distinctKey));
  for (const key of keys) {
    const old = state.one<{ record_id: string }>(
      "SELECT record_id FROM firsts WHERE source_id = ? AND distinct_key = ?",
      source.id,
      key,
    );
    const first = state.firstFor(source.id, key);
    const givenBefore = (id: string) => (id === record ? before : state.given(source.id, id));
    if (old) {
      const gave = usable(givenBefore(old.record_id)).filter((one) => one.distinctKey === key);
      count(cells, source, old.record_id, gave, people, -1, touched);
    }
    if (first) {
      const gives = usable(state.given(source.id, first.record)).filter(
        (one) => one.distinctKey === key,
      );
      count(cells, source, first.record, gives, people, 1, touched);
      state.run(
        "INSERT OR REPLACE INTO firsts (source_id, distinct_key, record_id, owner, date) VALUES (?, ?, ?, ?, ?)",
        source.id,
        key,
        first.record,
        first.owner,
        first.date,
      );
    } else if (old)
      state.run("DELETE FROM firsts WHERE source_id = ? AND distinct_key = ?", source.id, key);
  }
}
