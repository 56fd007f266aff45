import { serve } from "@hono/node-server";
import { silentLog } from "../../plugin/log.ts";
import { openEmbedded, type EmbeddedSettings } from "../../plugin/workspace/embedded/embedded.ts";
import { fetchAdapter } from "../../plugin/workspace/huoban/fetch-adapter.ts";
import { openHuoban, type HuobanOptions } from "../../plugin/workspace/huoban/index.ts";
import type { Stage } from "./stage.ts";
import { checkWorkspace } from "./workspace.ts";

const API_KEY = "key-of-the-contract";
const APPLICATION = { id: "app-1", secret: "secret-of-the-application" };
const ENCRYPT_KEY = "key-of-the-callbacks";

/** The real driver in front of the workspace that runs on this machine. */
async function open(
  connect: (
    answer: (request: Request) => Promise<Response>,
  ) => Promise<Pick<HuobanOptions, "apiBase" | "adapter"> & { disconnect(): Promise<void> }>,
  renderings: Partial<EmbeddedSettings> = {},
): Promise<Stage> {
  let clock = new Date("2026-03-31T18:20:00+08:00");
  const now = () => clock;
  const log = silentLog();
  const delivered: Uint8Array[] = [];
  const embedded = openEmbedded({
    file: ":memory:",
    timeZone: "Asia/Shanghai",
    now,
    log,
    apiKey: API_KEY,
    application: APPLICATION,
    callbackUrl: "http://plugin.test/webhooks",
    deliver: (delivery) => {
      delivered.push(delivery.body);
      return Promise.resolve(true);
    },
    settings: { encryptKey: ENCRYPT_KEY, ...renderings },
  });
  embedded.grid.addMember({ name: "张三" });
  embedded.grid.addMember({ name: "李四" });

  const { disconnect, ...address } = await connect((request) => embedded.fetch(request));
  const workspace = openHuoban({
    ...address,
    spaceId: embedded.spaceId,
    apiKey: API_KEY,
    application: APPLICATION,
    encryptKey: ENCRYPT_KEY,
    timeZone: "Asia/Shanghai",
    requestsPerSecond: null,
    log,
    now,
    settings: { viewsPath: "/v2/table/{table}", batchResendMs: 100 },
  });
  return {
    workspace,
    pass(seconds) {
      clock = new Date(clock.getTime() + seconds * 1000);
    },
    shortPages() {
      embedded.faults.truncatedPageRate = 0.5;
    },
    async upload() {
      const form = new FormData();
      form.set("type", "attachment");
      form.set("name", "证据.txt");
      form.set("source", new Blob(["92"], { type: "text/plain" }), "evidence.txt");
      const response = await embedded.fetch(
        new Request("http://embedded.test/openapi/v1/file/upload", {
          method: "POST",
          headers: { "Open-Authorization": `Bearer ${API_KEY}` },
          body: form,
        }),
      );
      // The shape of the vendor's documented reply.
      const reply = (await response.json()) as { data: { file_id: string } };
      return reply.data.file_id;
    },
    async pushed() {
      await embedded.idle();
      return delivered;
    },
    async close() {
      await workspace.close();
      await disconnect();
      await embedded.close();
    },
  };
}

const inProcess = (renderings: Partial<EmbeddedSettings> = {}) =>
  open(
    (answer) =>
      Promise.resolve({
        apiBase: "http://embedded.test",
        adapter: fetchAdapter(answer),
        disconnect: () => Promise.resolve(),
      }),
    renderings,
  );

checkWorkspace("huoban in this process", () => inProcess());

// The reference leaves these shapes open: whichever the host sends, the same values are read.
checkWorkspace("huoban with dates in milliseconds and single relations bare", () =>
  inProcess({ datesAsEpochMs: true, singleRelationAsObject: true }),
);

checkWorkspace("huoban over HTTP", () =>
  open(
    (answer) =>
      new Promise((resolve) => {
        const server = serve({ fetch: answer, hostname: "127.0.0.1", port: 0 }, ({ port }) => {
          resolve({
            apiBase: `http://127.0.0.1:${port}`,
            disconnect: () => new Promise((done) => server.close(() => done())),
          });
        });
      }),
  ),
);
