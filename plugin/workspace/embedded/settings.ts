/** What differs between real tenants or is not publicly known: one value each, never a branch. */
export interface EmbeddedSettings {
  /** Rows of `item/list` without a limit, and the silent cap on any limit. */
  readonly pageDefault: number;
  readonly pageCap: number;
  /** Read a single relation as `{item_id,title}` instead of an array of one. */
  readonly singleRelationAsObject: boolean;
  /** Read dates and date-times as epoch milliseconds instead of text. */
  readonly datesAsEpochMs: boolean;
  /** HTTP status of refusals; the reason is in the body whatever it is. */
  readonly errorHttpStatus: 200 | 401 | 500;
  /** Paths of the calls whose address is not documented. `{space_id}` is filled in. */
  readonly paths: {
    readonly members: string;
    readonly fileDetails: string;
    readonly subscribe: string;
    readonly unsubscribe: string;
  };
  /** Answer 429 beyond this many requests in one second; null = no limit. */
  readonly rejectPerSecond: number | null;
  /** Encrypt callbacks with this key; null = send them plain. */
  readonly encryptKey: string | null;
}

export const DEFAULT_SETTINGS: EmbeddedSettings = {
  pageDefault: 20,
  pageCap: 100,
  singleRelationAsObject: false,
  datesAsEpochMs: false,
  errorHttpStatus: 200,
  paths: {
    members: "/openapi/v1/space/{space_id}/members",
    fileDetails: "/openapi/v1/file/details",
    subscribe: "/openapi/v1/event/subscribe",
    unsubscribe: "/openapi/v1/event/unsubscribe",
  },
  rejectPerSecond: null,
  encryptKey: null,
};

/**
 * What can go wrong on purpose; only tests and `--chaos` change it. Every `…Rate` is the share
 * (0–1) of requests or callbacks concerned, drawn from `random`.
 */
export interface Faults {
  /** Wait before every answer. */
  latencyMs: number;
  /** Answer 429 and do nothing. */
  rejectRate: number;
  /** Answer 500 with a JSON body and do nothing. */
  failRate: number;
  /** Answer with a web page instead of JSON and do nothing. */
  htmlRate: number;
  /** Do what was asked, then lose the answer: a 502 web page comes back. */
  lostReplyRate: number;
  /** `item/list` gives fewer rows than asked for and says there are more. */
  truncatedPageRate: number;
  callbacks: {
    dropRate: number;
    duplicateRate: number;
    /** Send the next waiting callback before this one. */
    reorderRate: number;
    delayMs: number;
  };
  /** 0 ≤ value < 1. Replace it with a seeded one to make a run repeatable. */
  random: () => number;
}

export function noFaults(): Faults {
  return {
    latencyMs: 0,
    rejectRate: 0,
    failRate: 0,
    htmlRate: 0,
    lostReplyRate: 0,
    truncatedPageRate: 0,
    callbacks: { dropRate: 0, duplicateRate: 0, reorderRate: 0, delayMs: 0 },
    random: Math.random,
  };
}

/** Whether a fault with this rate happens now; a rate of 0 draws nothing. */
export function strikes(faults: Faults, rate: number): boolean {
  return rate > 0 && faults.random() < rate;
}
