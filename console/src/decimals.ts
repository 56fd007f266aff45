/**
 * Decimals as text, for reading and typing. Figures arrive from the API as plain decimal strings
 * and are shown digit by digit: they never become binary floats, so no digit can change on the way.
 */

/** What stands where there is no figure: unknown is never shown as 0. */
export const UNKNOWN = "—";

const PLAIN = /^(-?)(\d+)(?:\.(\d+))?$/;

/**
 * `1234.5` → `1,234.5`; half-up to `places`, with trailing zeros up to `minPlaces`.
 * A text that is no plain decimal comes back unchanged.
 */
export function formatNumber(
  text: string,
  { places, minPlaces = 0 }: { places?: number; minPlaces?: number } = {},
): string {
  const rounded = places === undefined ? text : roundDecimal(text, places);
  const match = PLAIN.exec(rounded);
  if (match === null) return text;
  const [, sign = "", whole = "", fraction = ""] = match;
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  const tail = fraction.replace(/0+$/, "").padEnd(minPlaces, "0");
  const figure = tail === "" ? grouped : `${grouped}.${tail}`;
  return sign === "-" && /[1-9]/.test(figure) ? `-${figure}` : figure;
}

/** A fraction as percent: `0.85` → `85%`. */
export function formatPercent(
  fraction: string,
  options: { places?: number; minPlaces?: number } = {},
): string {
  return PLAIN.test(fraction) ? `${formatNumber(shiftPoint(fraction, 2), options)}%` : fraction;
}

/** Move the decimal point: `shiftPoint("0.85", 2)` is `"85"`, `shiftPoint("85", -2)` is `"0.85"`. */
export function shiftPoint(text: string, places: number): string {
  const match = PLAIN.exec(text);
  if (match === null) return text;
  const [, sign = "", whole = "", fraction = ""] = match;
  const digits = whole + fraction;
  const point = whole.length + places;
  const padded = point <= 0 ? "0".repeat(1 - point) + digits : digits.padEnd(point, "0");
  const at = point <= 0 ? 1 : point;
  const left = padded.slice(0, at).replace(/^0+(?=\d)/, "");
  const right = padded.slice(at).replace(/0+$/, "");
  const figure = right === "" ? left : `${left}.${right}`;
  return /[1-9]/.test(figure) ? sign + figure : figure;
}

/** Half away from zero to `places` decimals, for display only. */
export function roundDecimal(text: string, places: number): string {
  const match = PLAIN.exec(text);
  if (match === null) return text;
  const [, sign = "", whole = "", fraction = ""] = match;
  if (fraction.length <= places) return text;
  const kept = BigInt(whole + fraction.slice(0, places));
  const up = fraction.charCodeAt(places) >= "5".charCodeAt(0) ? 1n : 0n;
  return sign + shiftPoint(String(kept + up), -places);
}

/** Decimals that the longest of several figures needs: with as many on each, none is cut off. */
export function commonPlaces(figures: readonly string[]): number {
  return figures.reduce(
    (most, text) => Math.max(most, (PLAIN.exec(text)?.[3] ?? "").replace(/0+$/, "").length),
    0,
  );
}

/** Order of two plain decimals, exactly; unknown (null) sorts last. */
export function compareDecimals(a: string | null, b: string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  const left = PLAIN.exec(a);
  const right = PLAIN.exec(b);
  if (left === null || right === null) return a.localeCompare(b);
  const places = Math.max(left[3]?.length ?? 0, right[3]?.length ?? 0);
  const scaled = (match: RegExpExecArray) =>
    BigInt(`${match[1]}${match[2]}${(match[3] ?? "").padEnd(places, "0")}`);
  const difference = scaled(left) - scaled(right);
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}

/**
 * What a person typed as a plain decimal, or null when it is not one. Spaces, thousands commas and
 * full-width digits are understood; a percent sign only where `percent` says the figure is one.
 */
export function readDecimal(typed: string, { percent = false } = {}): string | null {
  const plain = typed
    .normalize("NFKC")
    .replace(/[\s,]/g, "")
    .replace(percent ? /%$/ : /$^/, "")
    .replace(/^\+/, "")
    .replace(/^(-?)\./, "$10.");
  if (!PLAIN.test(plain)) return null;
  return plain.replace(/^(-?)0+(?=\d)/, "$1");
}
