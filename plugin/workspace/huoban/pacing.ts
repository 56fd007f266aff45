import { setTimeout as sleep } from "node:timers/promises";

/** Waiting, as the driver does it; tests hand in one that does not. */
export interface Patience {
  wait(ms: number): Promise<void>;
  /** 0 ≤ n < 1, spreads retries. */
  random(): number;
  /** Milliseconds on a clock that never jumps. */
  clock(): number;
}

export const REAL_PATIENCE: Patience = {
  wait: (ms) => sleep(ms),
  random: () => Math.random(),
  clock: () => performance.now(),
};

export interface Lane {
  /** Milliseconds that the host asked everybody to wait and that are not over yet. */
  held(): number;
  /** Resolves when the next request may start. */
  turn(): Promise<void>;
  /** Nobody starts for this long: the host asked for it. */
  hold(ms: number): void;
}

/** One lane for all requests to a host: they start evenly spaced. `null` = no spacing. */
export function openLane(requestsPerSecond: number | null, patience: Patience): Lane {
  const gap = requestsPerSecond === null ? 0 : 1000 / requestsPerSecond;
  let free = 0;
  let heldUntil = 0;
  return {
    held: () => Math.max(0, heldUntil - patience.clock()),
    async turn() {
      const now = patience.clock();
      const start = Math.max(now, free, heldUntil);
      free = start + gap;
      if (start > now) await patience.wait(start - now);
    },
    hold(ms) {
      heldUntil = Math.max(heldUntil, patience.clock() + ms);
    },
  };
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 8_000;

/** Pause before try number `attempt` + 1: doubling, half of it by chance so that clients spread. */
export function pauseMs(attempt: number, patience: Patience): number {
  const full = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));
  return Math.round(full * (0.5 + patience.random() / 2));
}
