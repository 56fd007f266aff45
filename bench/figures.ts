/** The value below which this share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** A number as people read it: three digits that mean something. */
export function short(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en-US");
  return Number(value.toPrecision(3)).toString();
}

/** CPU time of this process so far, in milliseconds. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * How often per second of CPU something is done, over a slice of time: others on the machine take
 * wall time away, but hardly CPU.
 *
 * @param run  does it `each` times
 */
export function ratePerSecond(run: () => void, each: number, sliceMs: number): number {
  const started = cpuMs();
  let spent: number;
  let times = 0;
  do {
    run();
    times += 1;
    spent = cpuMs() - started;
  } while (spent < sliceMs);
  return (times * each * 1000) / spent;
}

/** The most memory this process ever held, in MB. */
export function peakMemoryMb(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}

/** Hand the figures of this process to the one that started it. */
export function report(figures: object): void {
  console.log(JSON.stringify(figures));
}
