import { openAutomation, type Automation } from "../../plugin/automation/automation.ts";
import { openDatabase } from "../../plugin/database.ts";
import { loadBindings } from "../../plugin/install/bindings.ts";
import { installPacks } from "../../plugin/install/install.ts";
import { readPacks } from "../../plugin/install/read-packs.ts";
import { loadSample } from "../../plugin/install/sample.ts";
import { silentLog, type Log } from "../../plugin/log.ts";
import { openEmbedded } from "../../plugin/workspace/embedded/embedded.ts";
import { fetchAdapter } from "../../plugin/workspace/huoban/fetch-adapter.ts";
import { openHuoban } from "../../plugin/workspace/huoban/index.ts";

/** The whole plugin below its HTTP edge, in memory: local workspace, real driver, real engine. */
export function openStage(options: { now?: () => Date; log?: Log } = {}) {
  const now = options.now ?? (() => new Date("2026-11-23T02:00:00Z"));
  const log = options.log ?? silentLog();
  const application = { id: "app", secret: "app-secret" };
  const embedded = openEmbedded({
    file: ":memory:",
    timeZone: "Asia/Shanghai",
    now,
    log,
    apiKey: "key",
    application,
    callbackUrl: null,
    deliver: null,
  });
  const requests: string[] = [];
  const workspace = openHuoban({
    apiBase: "http://workspace.test",
    spaceId: embedded.spaceId,
    apiKey: "key",
    application,
    timeZone: "Asia/Shanghai",
    requestsPerSecond: null,
    adapter: fetchAdapter((request) => {
      requests.push(`${request.method} ${new URL(request.url).pathname}`);
      return embedded.fetch(request);
    }),
    log,
    now,
    patience: { clock: () => performance.now(), wait: () => embedded.idle(), random: () => 0 },
  });
  const db = openDatabase(":memory:");
  let automation: Automation | null = null;

  const stage = {
    embedded,
    workspace,
    db,
    requests,
    bindings: () => loadBindings(db),
    async install(sample: "northwind" | "none" = "northwind") {
      await installPacks({
        workspace,
        db,
        packs: readPacks("templates", ["core", "sales"]),
        locale: "zh-CN",
        log,
      });
      if (sample === "northwind")
        await loadSample({
          workspace,
          db,
          bindings: loadBindings(db),
          folder: "templates/sales/sample",
          addMembers: (names) =>
            Promise.resolve(names.map((name) => embedded.grid.addMember({ name }))),
          locale: "zh-CN",
        });
    },
    automation(): Automation {
      automation ??= openAutomation({ db, workspace, bindings: loadBindings(db), log, now });
      return automation;
    },
    /** Changes reach the engine as the host's callbacks do. */
    connect() {
      embedded.setDeliver((delivery) => {
        stage.automation().receive(delivery.body);
        return Promise.resolve(true);
      }, "http://plugin.test/hooks/huoban/secret");
    },
    /** Everything delivered, worked in and written back, echoes included. */
    async settle() {
      for (;;) {
        await embedded.idle();
        await stage.automation().idle();
        await embedded.idle();
        if (stage.automation().health().inbox === 0) return;
      }
    },
    async close() {
      await workspace.close();
      await embedded.close();
      db.close();
    },
  };
  return stage;
}
export type Stage = ReturnType<typeof openStage>;
