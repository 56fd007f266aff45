import type { AxiosAdapter } from "axios";
import { PluginError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { CommentsDoor, Workspace } from "../workspace.ts";
import { createComments } from "./comments.ts";
import { createEvents } from "./events.ts";
import { HUOBAN_FACTS, type HuobanFacts } from "./facts.ts";
import type { Wire } from "./fields.ts";
import { openHttp } from "./http.ts";
import { readMembers } from "./members.ts";
import { openOpenApi } from "./open-api.ts";
import { REAL_PATIENCE, type Patience } from "./pacing.ts";
import { createRecords } from "./records.ts";
import { createStructure } from "./structure.ts";
import { openTables } from "./tables.ts";
import { openV2 } from "./v2.ts";
import { openWallClock } from "./wall-clock.ts";

export interface HuobanOptions {
  /** Scheme and host, e.g. `https://api.huoban.com`; a private deployment has its own. */
  readonly apiBase: string;
  readonly spaceId: string;
  readonly apiKey: string;
  /** Credential of an enterprise application: opens tables, comments and notifications. */
  readonly application?: { readonly id: string; readonly secret: string } | null;
  /** The API key's Encrypt Key, when callbacks come encrypted. */
  readonly encryptKey?: string | null;
  /** Zone of the space's wall clock, e.g. `Asia/Shanghai`: the host's times carry no offset. */
  readonly timeZone: string;
  /** Requests started per second; 8 unless said, null = no spacing. */
  readonly requestsPerSecond?: number | null;
  /** Rows asked for per page; the host may give fewer. */
  readonly pageSize?: number;
  /** Longest a single request may take; 30 s unless said. */
  readonly timeoutMs?: number;
  /** Where requests go instead of a socket: see `fetchAdapter`. */
  readonly adapter?: AxiosAdapter;
  readonly log: Log;
  readonly now: () => Date;
  /** Corrections of facts that public sources leave open. */
  readonly settings?: Partial<HuobanFacts>;
  /** How the driver waits. */
  readonly patience?: Patience;
}

const REQUESTS_PER_SECOND = 8;
const TIMEOUT_MS = 30_000;

/**
 * 伙伴云 (Huoban) as a workspace: records, members and events through OpenAPI v1; tables and
 * comments through v2 where the credential of an application allows it.
 *
 * @throws nothing by itself: the first call tells whether the key is good (`workspace/unauthorized`)
 */
export function openHuoban(options: HuobanOptions): Workspace {
  const { spaceId, now, log, patience = REAL_PATIENCE, requestsPerSecond } = options;
  const facts: HuobanFacts = {
    ...HUOBAN_FACTS,
    ...(options.pageSize === undefined ? {} : { pageCap: options.pageSize }),
    ...options.settings,
  };
  const http = openHttp({
    base: options.apiBase,
    timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
    requestsPerSecond: requestsPerSecond === undefined ? REQUESTS_PER_SECOND : requestsPerSecond,
    adapter: options.adapter,
    facts,
    patience,
    now,
    log,
  });
  const api = openOpenApi({ http, apiKey: options.apiKey, facts, patience, log });
  const application = options.application ?? null;
  const v2 = application === null ? null : openV2({ http, application, facts, now });
  const wire: Wire = { facts, clock: openWallClock(options.timeZone) };
  const tables = openTables(api, spaceId);
  http.hide(options.encryptKey ?? "");

  return {
    name: "huoban",
    supports: {
      structure: v2 !== null,
      comments: v2 !== null,
      events: true,
      members: facts.membersPaths.length > 0 || v2 !== null,
      notifications: v2 !== null,
    },
    structure: createStructure({ v2, tables, spaceId, facts, wire }),
    records: createRecords(api, tables, wire),
    comments: v2 === null ? NO_COMMENTS : createComments(v2, facts, wire.clock),
    events: createEvents(api, options.encryptKey ?? null),
    members: () => readMembers(api, v2, spaceId),
    // Every call ends by itself; nothing is held open.
    close: () => Promise.resolve(),
  };
}

const NO_COMMENTS: CommentsDoor = {
  ensure: () => Promise.reject(noComments("comments.ensure")),
  read: () => Promise.reject(noComments("comments.read")),
};

function noComments(operation: string): PluginError {
  return new PluginError("workspace/unsupported", { operation });
}
