import { join } from "node:path";
import type { Config } from "../config.ts";
import type { Log } from "../log.ts";
import { say } from "../words/words.ts";
import { openEmbedded, type Embedded } from "../workspace/embedded/embedded.ts";
import { fetchAdapter } from "../workspace/huoban/fetch-adapter.ts";
import { openHuoban } from "../workspace/huoban/index.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { Secrets } from "./home.ts";

const HUOBAN = "https://api.huoban.com";

/** Member in whose name the console writes into the embedded workspace. */
const OPERATOR = "1";
const APPLICATION = "kpi-loop";

export interface OpenWorkspace {
  readonly workspace: Workspace;
  /** Null for a hosted workspace. */
  readonly embedded: Embedded | null;
  readonly operator: string;
  /** Let the embedded workspace misbehave as hosts do; a hosted one is left alone. */
  misbehave(): void;
  close(): Promise<void>;
}

/** The workspace of these settings: a hosted one, or the embedded one, through the same driver. */
export function openWorkspace(options: {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly folder: string;
  readonly log: Log;
  readonly now: () => Date;
}): OpenWorkspace {
  return options.config.huoban === null
    ? openOwn(options)
    : openHosted(options.config.huoban, options);
}

type Options = Parameters<typeof openWorkspace>[0];

function openHosted(
  huoban: NonNullable<Config["huoban"]>,
  { config, log, now }: Options,
): OpenWorkspace {
  const { applicationId: id, applicationSecret: secret, requestsPerSecond } = huoban;
  const workspace = openHuoban({
    apiBase: huoban.apiBase ?? HUOBAN,
    apiKey: huoban.apiKey,
    spaceId: huoban.spaceId,
    application: id === null || secret === null ? null : { id, secret },
    encryptKey: huoban.encryptKey,
    timeZone: config.timeZone,
    ...(requestsPerSecond === null ? {} : { requestsPerSecond }),
    log,
    now,
  });
  return {
    workspace,
    embedded: null,
    operator: "",
    misbehave: () => undefined,
    close: () => workspace.close(),
  };
}

function openOwn({ config, secrets, folder, log, now }: Options): OpenWorkspace {
  const { locale, timeZone } = config;
  const application = { id: APPLICATION, secret: secrets.applicationSecret };
  const embedded = openEmbedded({
    file: join(folder, "workspace.sqlite"),
    apiKey: secrets.workspaceKey,
    application,
    callbackUrl: null,
    deliver: null,
    timeZone,
    locale,
    log,
    now,
  });
  if (!embedded.grid.members().some(({ id }) => id === OPERATOR)) {
    embedded.grid.addMember({ id: OPERATOR, name: say(locale, "server.operator") });
  }
  const workspace = openHuoban({
    apiBase: "http://embedded.invalid",
    apiKey: secrets.workspaceKey,
    spaceId: embedded.spaceId,
    application,
    timeZone,
    requestsPerSecond: null,
    adapter: fetchAdapter((request) => embedded.fetch(request)),
    // The embedded workspace takes views where it takes tables; the host has no address for them.
    settings: { viewsPath: "/v2/table/{table}" },
    log,
    now,
  });
  return {
    workspace,
    embedded,
    operator: OPERATOR,
    misbehave: () => {
      Object.assign(embedded.faults, CHAOS);
    },
    close: async () => {
      await workspace.close();
      await embedded.close();
    },
  };
}

/** A bad day of a hosted workspace (`serve --chaos`); rates are shares of requests. */
const CHAOS: Partial<Embedded["faults"]> = {
  latencyMs: 20,
  rejectRate: 0.03,
  failRate: 0.02,
  htmlRate: 0.01,
  lostReplyRate: 0.01,
  truncatedPageRate: 0.05,
  callbacks: { dropRate: 0.05, duplicateRate: 0.1, reorderRate: 0.1, delayMs: 50 },
};
