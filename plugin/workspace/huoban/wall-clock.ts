/**
 * The clock on the wall of a time zone. Huoban's times carry no offset (reference, 11.3): they are
 * wall clock, to the second, `YYYY-MM-DD HH:mm:ss`.
 */
export interface WallClock {
  /** What the wall shows at an instant, e.g. "2026-03-31 18:20:00". */
  show(instant: Date): string;
  /**
   * ISO text with offset of a wall time. Where the clock was set back and a time comes twice, the
   * earlier one; a time that was skipped moves on by the hour that is missing. Null for a text that
   * is no time.
   */
  iso(wall: string): string | null;
  /** Whether the clock shows this time twice, so that it does not name one instant. */
  repeats(wall: string): boolean;
}

const MINUTE = 60_000;
/** Every zone changes its offset on a quarter of an hour. */
const SLOT = 15 * MINUTE;

export function openWallClock(timeZone: string): WallClock {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  // Asking Intl costs microseconds and every row has several times.
  const offsets = new Map<number, number>();

  /** Milliseconds to add to UTC to get the wall clock. */
  function offsetAt(instant: number): number {
    const slot = Math.floor(instant / SLOT);
    const known = offsets.get(slot);
    if (known !== undefined) return known;
    const parts = new Map(format.formatToParts(slot * SLOT).map((p) => [p.type, Number(p.value)]));
    const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
    const wall = Date.UTC(
      part("year"),
      part("month") - 1,
      part("day"),
      part("hour"),
      part("minute"),
      part("second"),
    );
    const offset = wall - slot * SLOT;
    offsets.set(slot, offset);
    return offset;
  }

  /** The instants at which the wall shows this time, earliest first; empty for a skipped time. */
  function instantsOf(wall: number): number[] {
    const around = [offsetAt(wall - 24 * 60 * MINUTE), offsetAt(wall + 24 * 60 * MINUTE)];
    return [...new Set(around)]
      .map((offset) => wall - offset)
      .filter((instant) => instant + offsetAt(instant) === wall)
      .sort((a, b) => a - b);
  }

  return {
    show: (instant) =>
      new Date(instant.getTime() + offsetAt(instant.getTime()))
        .toISOString()
        .slice(0, 19)
        .replace("T", " "),
    iso(text) {
      const wall = wallTime(text);
      if (Number.isNaN(wall)) return null;
      const instant = instantsOf(wall)[0] ?? wall - offsetAt(wall - 24 * 60 * MINUTE);
      const offset = offsetAt(instant);
      const shown = new Date(instant + offset).toISOString().slice(0, 19);
      return shown + offsetText(offset);
    },
    repeats(text) {
      const wall = wallTime(text);
      return !Number.isNaN(wall) && instantsOf(wall).length > 1;
    },
  };
}

/** Wall time in milliseconds, as if the wall hung in Greenwich; NaN for what is not a time. */
function wallTime(text: string): number {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2})(:\d{2})?)?/.exec(text.trim());
  return match === null
    ? Number.NaN
    : Date.parse(`${match[1]}T${match[2] ?? "00:00"}${match[3] ?? ":00"}Z`);
}

function offsetText(offset: number): string {
  const minutes = Math.round(Math.abs(offset) / MINUTE);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
