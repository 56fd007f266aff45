import { Decimal } from "../decimal.ts";
import { say, type Locale } from "../words/words.ts";
import type { ItemFacts } from "./facts.ts";
import { formatPlain, formatScore, formatUnit, UNKNOWN } from "./format.ts";

/** The sum with its figures for the methods that are one formula; for tables and curves, what it gave. */
export function sumText(item: ItemFacts, raw: Decimal, locale: Locale): string {
  const { method } = item;
  const actual = item.actual.status === "OK" ? item.actual.value : null;
  const figure = (value: Decimal) => formatUnit(value, item.kpi, locale);
  const points = (value: Decimal) => formatPlain(value, locale);
  const details = {
    actual: formatUnit(actual, item.kpi, locale),
    target: formatUnit(item.targetUsed, item.kpi, locale),
    raw: formatScore(raw, locale),
  };
  switch (method.code) {
    case "RATIO":
    case "REDUCE":
      return say(locale, `why.sum.${method.code}`, details);
    case "RATIO_INV":
      // At 0 there is no quotient to show: the cap decided.
      if (actual?.isZero() === true) return say(locale, "why.sum.other", details);
      return say(locale, "why.sum.RATIO_INV", details);
    case "BASE":
      return say(locale, "why.sum.BASE", { ...details, base: figure(method.base) });
    case "EFF": {
      const { unallowed, satisfactory } = method;
      const ends = { unallowed: figure(unallowed), satisfactory: figure(satisfactory) };
      return say(locale, "why.sum.EFF", { ...details, ...ends });
    }
    case "ADDSUB": {
      const gained = raw.minus(method.base);
      const each = gained.isNegative() ? method.minus : method.plus;
      if (gained.isZero()) return say(locale, "why.sum.ADDSUB.level", details);
      return say(locale, `why.sum.ADDSUB.${gained.isNegative() ? "worse" : "better"}`, {
        ...details,
        base: points(method.base),
        unit: figure(method.unit),
        count: points(gained.abs().div(each)),
        points: points(each),
      });
    }
    case "DEDUCT":
      return say(locale, "why.sum.DEDUCT", {
        ...details,
        full: points(method.full),
        lost: formatScore(method.full.minus(raw), locale),
      });
    case "BAND":
      return say(locale, `why.sum.BAND.${method.form}`, {
        ...details,
        off: actual && item.targetUsed ? figure(actual.minus(item.targetUsed).abs()) : UNKNOWN,
      });
    case "ZERO":
      return say(locale, "why.sum.ZERO", { ...details, worst: figure(method.worst) });
    case "MILE": {
      const late = actual ?? new Decimal(0);
      const side = late.isZero() ? "on" : late.isNegative() ? "early" : "late";
      return say(locale, `why.sum.MILE.${side}`, {
        ...details,
        days: formatPlain(late.abs(), locale),
        points: points(late.isNegative() ? method.bonusPerDay : method.perDay),
      });
    }
    case "EXPR":
      return say(locale, "why.sum.EXPR", { ...details, expression: method.expression.text });
    case "STEP":
    case "PWL":
    case "PWL3":
    case "PWL4":
    case "BINARY":
    case "RANK":
    case "MANUAL":
    case "VETO":
      return say(locale, "why.sum.other", details);
  }
}
