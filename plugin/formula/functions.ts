import { DATES } from "./date-functions.ts";
import { AGGREGATES, FIGURES } from "./figures.ts";
import type { FormulaFunction } from "./function.ts";
import { LOGIC } from "./logic.ts";
import { LOOKUPS } from "./lookup.ts";
import { TEXTS } from "./text-functions.ts";

/** Every function of the language, by its name in capitals. */
export const FUNCTIONS: ReadonlyMap<string, FormulaFunction> = new Map([
  ...LOGIC,
  ...AGGREGATES,
  ...FIGURES,
  ...LOOKUPS,
  ...DATES,
  ...TEXTS,
]);

/** The names of all functions, in capitals, sorted. */
export const FUNCTION_NAMES: readonly string[] = [...FUNCTIONS.keys()].sort();
