import { Decimal } from "../decimal.ts";
import { accepted, type Outcome, refused } from "./outcome.ts";
import { reason } from "./reason.ts";

/** A place where the least more of a figure moves the score by many points. */
export interface Cliff {
  /** Figures on both sides, as close as makes no difference. */
  readonly from: Decimal;
  readonly to: Decimal;
  readonly scoreFrom: Decimal;
  readonly scoreTo: Decimal;
  /** Points, always positive. */
  readonly jump: Decimal;
}

const GRID = 200;
/** Halvings of one grid step; what is still steep then is no slope. */
const DEPTH = 60;

/**
 * Where a KPI's score jumps by more than 10 points: cliffs invite people to push one case over the edge.
 *
 * Knows nothing of methods: it asks for scores on a grid and closes in, by halves, wherever neighbours
 * are further apart than the limit. Two jumps that cancel out within one grid step go unseen unless one
 * of `places` lies between.
 *
 * @param score  the score of an actual; null where there is none
 * @param range  figures to look at, `low` below `high`
 * @param places  figures worth a look besides: thresholds, anchors, the target
 * @returns in order of the figures; refused: `cliffs_range`
 * @source the specification 3.3
 * @example a table of 80 up to 45 and 60 above: a jump of 20 at 45
 */
export function findCliffs(
  score: (actual: Decimal) => Decimal | null,
  range: { readonly low: Decimal; readonly high: Decimal },
  { most = new Decimal(10), places = [] as readonly Decimal[] } = {},
): Outcome<readonly Cliff[]> {
  const { low, high } = range;
  if (![low, high, most, ...places].every((figure) => figure.isFinite()) || !low.lessThan(high)) {
    return refused(reason("cliffs_range"));
  }
  const step = high.minus(low).div(GRID);
  const grid = Array.from({ length: GRID + 1 }, (_none, index) => low.plus(step.times(index)));
  const inside = places.filter((place) => place.greaterThan(low) && place.lessThan(high));
  const figures = [...grid, ...inside].sort((a, b) => a.comparedTo(b));
  const points = figures.map((at): Point => ({ at, score: score(at) }));
  const cliffs = points
    .slice(1)
    .flatMap((to, index) => closeIn(points[index] ?? to, to, score, most, DEPTH));
  // A score that stands alone at its figure jumps on both sides of it: two cliffs, not one.
  return accepted(cliffs);
}

interface Point {
  readonly at: Decimal;
  readonly score: Decimal | null;
}

function closeIn(
  from: Point,
  to: Point,
  score: (actual: Decimal) => Decimal | null,
  most: Decimal,
  depth: number,
): Cliff[] {
  if (from.score === null || to.score === null) return [];
  const jump = to.score.minus(from.score).abs();
  if (jump.lessThanOrEqualTo(most)) return [];
  if (depth === 0) {
    return [{ from: from.at, to: to.at, scoreFrom: from.score, scoreTo: to.score, jump }];
  }
  const at = from.at.plus(to.at).div(2);
  const middle: Point = { at, score: score(at) };
  return [
    ...closeIn(from, middle, score, most, depth - 1),
    ...closeIn(middle, to, score, most, depth - 1),
  ];
}
