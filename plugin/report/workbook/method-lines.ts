import { Decimal } from "../../decimal.ts";
import type { Method } from "../../kpi/model.ts";
import { say, type Locale } from "../../words/words.ts";
import type { RegisterLine } from "./register.ts";

/** Lines of every method's entry: the two bounds, then its own parameters. */
export const CAP = 0;
export const FLOOR = 1;
export const FIRST_OWN = 2;

/**
 * The parameters of a method as lines people can read and change. The formula of the score refers to
 * them by their place, see {@link scoreFormula}.
 */
export function methodLines(method: Method, locale: Locale): readonly RegisterLine[] {
  const word = (key: string, details?: Readonly<Record<string, string>>) =>
    say(locale, `workbook.rule.${key}`, details);
  return [
    { label: word("cap"), score: method.cap },
    { label: word("floor"), score: method.floor },
    ...ownLines(method, word),
  ];
}

type Word = (key: string, details?: Readonly<Record<string, string>>) => string;

function ownLines(method: Method, word: Word): readonly RegisterLine[] {
  switch (method.code) {
    case "RATIO":
      return method.threshold === null
        ? []
        : [{ label: word("threshold"), value: method.threshold }];
    case "RATIO_INV":
    case "REDUCE":
      return [];
    case "BASE":
      return [{ label: word("base"), value: method.base }];
    case "STEP":
      return [
        ...method.steps.map(({ min, max, score }, place) => ({
          label: word(`step.${method.closed}`, { number: String(place + 1) }),
          value: min,
          to: max,
          score,
        })),
        ...(method.outside ? [{ label: word("outside"), score: method.outside }] : []),
      ];
    case "PWL":
      return [
        ...anchorLines(method.anchors, word(method.relative ? "anchor.relative" : "anchor")),
        ...ends(method, word),
      ];
    case "PWL3":
      return [
        { label: word("base"), value: method.base, score: new Decimal(60) },
        { label: word("stretch"), value: method.stretch, score: new Decimal(120) },
      ];
    case "PWL4":
      return method.levels.map((value, place) => ({
        label: word("level", { level: "DCBA".charAt(place) }),
        value,
        score: new Decimal(25 * (place + 1)),
      }));
    case "EFF":
      return [
        { label: word("unallowed"), value: method.unallowed, score: new Decimal(60) },
        { label: word("satisfactory"), value: method.satisfactory, score: new Decimal(100) },
      ];
    case "ADDSUB":
      return [
        { label: word("start"), score: method.base },
        { label: word("unit"), value: method.unit },
        { label: word("plus"), score: method.plus },
        { label: word(`minus.${method.units}`), score: method.minus },
        { label: word("min"), score: method.min },
        { label: word("max"), score: method.max },
      ];
    case "DEDUCT":
      return [
        { label: word("full"), score: method.full },
        { label: word(`per.${method.units}`), value: method.perPoint },
        { label: word("points"), score: method.points },
      ];
    case "BINARY":
      if (method.threshold === null) return [];
      return [{ label: word("passes", { operator: method.operator }), value: method.threshold }];
    case "BAND":
      if (method.form === "relative") return [];
      return [
        { label: word("above"), value: method.above.tolerance, to: method.above.limit },
        { label: word("below"), value: method.below.tolerance, to: method.below.limit },
      ];
    case "ZERO":
      return [{ label: word("worst"), value: method.worst }];
    case "MILE":
      return [
        { label: word("per-day"), score: method.perDay },
        { label: word("bonus-per-day"), score: method.bonusPerDay },
      ];
    case "RANK":
      return [{ label: word("least-peers"), value: new Decimal(method.minimum) }];
    case "MANUAL":
      return anchorLines(method.scale, word("anchor"));
    case "EXPR":
      return [{ label: word("expression"), text: method.expression.text }];
    case "VETO":
      return [{ label: word("veto-threshold"), value: method.threshold }];
  }
}

function anchorLines(
  anchors: readonly { readonly x: Decimal; readonly y: Decimal }[],
  label: string,
): readonly RegisterLine[] {
  return anchors.map(({ x, y }) => ({ label, value: x, score: y }));
}

/** A fixed score outside the anchors stands on a line; the others follow from the anchors. */
function ends(
  { below, above }: Extract<Method, { code: "PWL" }>,
  word: Word,
): readonly RegisterLine[] {
  return [
    ...(typeof below === "string" ? [] : [{ label: word("below-anchors"), score: below }]),
    ...(typeof above === "string" ? [] : [{ label: word("above-anchors"), score: above }]),
  ];
}
