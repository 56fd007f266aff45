import type { Decimal } from "../decimal.ts";

/** What may decide between equals: the larger value goes first; `null` = there is none. */
export type Criterion<Item> = (item: Item) => Decimal | null;

/**
 * Order items by criteria, one after the other, and keep together what they cannot tell apart.
 *
 * A criterion that one of several equals lacks says nothing about them and is passed over: nobody
 * wins or loses by a missing figure. The order of `items` has no influence; neither has anything that
 * is not a criterion.
 *
 * @returns classes of equals, best first; every item is in exactly one of them
 * @source the specification 3.8 (ties at the edge)
 * @example a 96, b 93, c 93 by total: [[a], [b, c]]
 */
export function ranked<Item>(
  items: readonly Item[],
  criteria: readonly Criterion<Item>[],
): readonly (readonly Item[])[] {
  const [criterion, ...others] = criteria;
  if (criterion === undefined || items.length <= 1) return items.length === 0 ? [] : [items];
  const judged: { item: Item; value: Decimal }[] = [];
  for (const item of items) {
    const value = criterion(item);
    if (value === null) return ranked(items, others);
    judged.push({ item, value });
  }
  judged.sort((a, b) => b.value.comparedTo(a.value));
  const classes: { value: Decimal; items: Item[] }[] = [];
  for (const { item, value } of judged) {
    const last = classes.at(-1);
    if (last?.value.equals(value)) last.items.push(item);
    else classes.push({ value, items: [item] });
  }
  return classes.flatMap((one) => ranked(one.items, others));
}
