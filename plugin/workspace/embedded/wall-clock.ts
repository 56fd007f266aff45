/** Converts between instants (whole epoch seconds) and the workspace's wall clock. */
export interface WallClock {
  /** `YYYY-MM-DD HH:mm:ss` as the wire has it: no offset. */
  text(seconds: number): string;
  /** `YYYY-MM-DDTHH:mm:ss+08:00` as the rest of the plugin has it. */
  iso(seconds: number): string;
  /** `YYYY-MM-DD` of an instant. */
  day(seconds: number): string;
  /**
   * The instant of a wall-clock text (`YYYY-MM-DD`, `YYYY-MM-DD HH:mm[:ss]`), null when it is none.
   * A time that comes twice (autumn) is the first; one that is skipped (spring) moves forward.
   */
  seconds(text: string): number | null;
}

const QUARTER_HOUR = 900;
const DAY = 86_400;
const pad = (value: number) => String(value).padStart(2, "0");

export function createWallClock(timeZone: string): WallClock {
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
  // Formatting costs microseconds and zones only change on quarter hours, so offsets are kept.
  const offsets = new Map<number, number>();

  function offset(seconds: number): number {
    const slot = Math.floor(seconds / QUARTER_HOUR);
    const kept = offsets.get(slot);
    if (kept !== undefined) return kept;
    const parts = Object.fromEntries(
      format
        .formatToParts(slot * QUARTER_HOUR * 1000)
        .map(({ type, value }) => [type, Number(value)]),
    );
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    const found = Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - slot * QUARTER_HOUR;
    if (offsets.size > 50_000) offsets.clear();
    offsets.set(slot, found);
    return found;
  }

  const local = (seconds: number) => new Date((seconds + offset(seconds)) * 1000).toISOString();
  return {
    text: (seconds) => local(seconds).slice(0, 19).replace("T", " "),
    iso(seconds) {
      const minutes = Math.round(offset(seconds) / 60);
      const size = Math.abs(minutes);
      const sign = minutes < 0 ? "-" : "+";
      return `${local(seconds).slice(0, 19)}${sign}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
    },
    day: (seconds) => local(seconds).slice(0, 10),
    seconds(text) {
      const match = /^(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2})(:\d{2})?)?$/.exec(text);
      if (match === null) return null;
      const [, day = "", time = "00:00", second = ":00"] = match;
      const naive = instantSeconds(`${day}T${time}${second}Z`);
      if (naive === null || !isDay(day)) return null;
      const before = naive - offset(naive - DAY);
      const after = naive - offset(naive + DAY);
      const real = [Math.min(before, after), Math.max(before, after)].find(
        (candidate) => candidate + offset(candidate) === naive,
      );
      return real ?? before;
    },
  };
}

/** A real calendar day written `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(text) &&
    instantSeconds(`${text}T00:00:00Z`) !== null &&
    new Date(`${text}T00:00:00Z`).toISOString().startsWith(text)
  );
}

/** Whole seconds of an ISO text with offset, null when it is none. */
export function instantSeconds(iso: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(iso)) return null;
  const time = Date.parse(iso);
  return Number.isNaN(time) ? null : Math.floor(time / 1000);
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY * 1000).toISOString().slice(0, 10);
}

/**
 * The days a date text or keyword covers, `until` exclusive; null when it is neither.
 * Weeks start on Monday.
 */
export function dayRange(text: string, today: string): { from: string; until: string } | null {
  if (isDay(text)) return { from: text, until: addDays(text, 1) };
  const step = { last: -1, this: 0, next: 1 };
  const days: Record<string, number> = { yesterday: -1, today: 0, tomorrow: 1 };
  const single = Object.hasOwn(days, text) ? days[text] : undefined;
  if (single !== undefined) {
    return { from: addDays(today, single), until: addDays(today, single + 1) };
  }
  const match = /^(last|this|next)_(week|month|quarter|year)$/.exec(text);
  if (match === null) return null;
  const shift = step[match[1] as keyof typeof step]; // the expression above lists the same words
  const [year, month] = [Number(today.slice(0, 4)), Number(today.slice(5, 7)) - 1];
  const day = (y: number, m: number) => new Date(Date.UTC(y, m, 1)).toISOString().slice(0, 10);
  if (match[2] === "week") {
    const weekday = (new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7;
    const from = addDays(today, shift * 7 - weekday);
    return { from, until: addDays(from, 7) };
  }
  const size = { month: 1, quarter: 3, year: 12 }[match[2] as "month" | "quarter" | "year"];
  const start = Math.floor(month / size) * size + shift * size;
  return { from: day(year, start), until: day(year, start + size) };
}
