import { describe, expect, it } from "vitest";
import { z } from "zod";
import { API_KEY, APPLICATION, openStage } from "../workspace/embedded/stage.ts";
import { reply, sample } from "../workspace/embedded/sample.ts";

/** The raw wire shapes of the platform reference, as the embedded workspace answers them. */

const string = expect.any(String) as string;
const TICKET = { application_id: APPLICATION.id, application_secret: APPLICATION.secret };

describe("authentication", () => {
  it.each([
    ["Bearer form", `Bearer ${API_KEY}`, 0],
    ["bare key", API_KEY, 0],
    ["another key", "Bearer nonsense", 100],
    ["no key", "", 100],
  ])("v1 by %s", async (_case, header, code) => {
    const stage = await openStage();
    const headers = { "Open-Authorization": header };

    const response = await stage.send("GET", "/openapi/v1/space/list", undefined, headers);

    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      code,
      message: code === 0 ? "success" : "authentication failed",
      meta: { trace_id: expect.stringMatching(/^\d{16,}$/) as string },
    });
  });

  it("v2 only by a ticket that the application got and that is not over", async () => {
    const stage = await openStage();
    const issued = await stage.send("POST", "/v2/ticket", { ...TICKET, expired: 60 });
    const { ticket } = z.object({ ticket: z.string().min(16) }).parse(await issued.json());
    const members = async (given: string) => {
      const path = `/v2/space/${stage.embedded.spaceId}/members`;
      const headers = { "X-Huoban-Ticket": given };
      return (await stage.send("GET", path, undefined, headers)).json();
    };

    expect(await members(ticket)).toEqual({ total: 0, members: [] });
    expect(await members("nonsense")).toEqual({ code: 100, message: "authentication failed" });
    stage.pass(61);
    expect(await members(ticket)).toEqual({ code: 100, message: "authentication failed" });
    const wrong = { ...TICKET, application_secret: "wrong" };
    expect((await reply(stage, "POST", "/v2/ticket", wrong)).body).toMatchObject({ code: 100 });
  });

  it("does not take a v1 key for v2, nor a ticket for v1", async () => {
    const stage = await openStage();

    const v2 = await reply(stage, "GET", `/v2/tables/space/${stage.embedded.spaceId}`);
    const v1 = await stage.v2("GET", "/openapi/v1/space/list");

    expect(v2.body).toEqual({ code: 100, message: "authentication failed" });
    expect(v1).toMatchObject({ code: 100 });
  });
});

describe("refusals", () => {
  it.each([
    ["POST", "/openapi/v1/nothing/here", {}, 501, "unknown method"],
    ["PATCH", "/openapi/v1/item/2300000000000001", {}, 501, "unknown method"],
    ["POST", "/openapi/v1/field/list", {}, 501, "unknown method"],
    ["GET", "/v2/nothing", undefined, 501, "unknown method"],
    [
      "POST",
      "/openapi/v1/table/list",
      {},
      502,
      "One of the parameters specified was missing or invalid. parameters name space_id",
    ],
    ["POST", "/openapi/v1/table/2100000000000009", {}, 3500002, "数据不存在或已删除"],
    ["POST", "/openapi/v1/item/2300000000000009", {}, 3500002, "数据不存在或已删除"],
    ["POST", "/openapi/v1/item/nonsense", {}, 3500002, "数据不存在或已删除"],
    ["PUT", "/openapi/v1/item/2300000000000009", { fields: {} }, 3500002, "数据不存在或已删除"],
    ["DELETE", "/openapi/v1/item/2300000000000009", undefined, 3500002, "数据不存在或已删除"],
    ["POST", "/openapi/v1/item/list", { table_id: "1" }, 3500002, "数据不存在或已删除"],
  ])("%s %s", async (method, path, body, code, message) => {
    const stage = await openStage();

    expect((await reply(stage, method, path, body)).body).toMatchObject({ code, message });
  });

  it.each([200, 401, 500] as const)("come with HTTP status %i", async (errorHttpStatus) => {
    const stage = await openStage({ settings: { errorHttpStatus } });

    expect((await reply(stage, "POST", "/openapi/v1/table/1", {})).status).toBe(errorHttpStatus);
    expect((await reply(stage, "GET", "/openapi/v1/space/list")).status).toBe(200);
  });

  it("also answer a body that is not JSON", async () => {
    const { stage } = await sample();
    const response = await stage.embedded.fetch(
      new Request("http://embedded.test/openapi/v1/item/list", {
        method: "POST",
        headers: { "Open-Authorization": API_KEY },
        body: "{",
      }),
    );

    expect(await response.json()).toMatchObject({ code: 502 });
  });
});

describe("spaces, members and tables", () => {
  it("GET /space/list", async () => {
    const stage = await openStage();

    expect(await stage.v1("GET", "/openapi/v1/space/list")).toEqual({
      spaces: [{ space_id: "4000000000000001", name: string }],
    });
  });

  it("members, v1 and v2", async () => {
    const { stage } = await sample();
    const expected = {
      total: 1,
      members: [{ user_id: "1000001", name: "张三", avatar: "" }],
    };

    const path = `/openapi/v1/space/${stage.embedded.spaceId}/members`;
    expect(await stage.v1("POST", path, {})).toEqual(expected);
    expect(await stage.v2("GET", `/v2/space/${stage.embedded.spaceId}/members?limit=20`)).toEqual(
      expected,
    );
  });

  it("POST /table/list", async () => {
    const { stage, table, other } = await sample();
    const head = { space_id: stage.embedded.spaceId, created_on: "2026-03-31 18:20:00" };

    const body = { space_id: stage.embedded.spaceId };
    expect(await stage.v1("POST", "/openapi/v1/table/list", body)).toEqual({
      tables: [
        { table_id: other.id, name: "部门", alias: "departments", ...head },
        { table_id: table.id, name: "KPI 指标", alias: "kpis", ...head },
      ],
    });
  });

  it("POST /table/{id}", async () => {
    const { stage, table, other } = await sample();
    const Reply = z.object({
      table: z.looseObject({ fields: z.array(z.record(z.string(), z.unknown())) }),
    });

    const read = Reply.parse(await stage.v1("POST", `/openapi/v1/table/${table.id}`, {})).table;

    expect(read).toMatchObject({ table_id: table.id, name: "KPI 指标", alias: "kpis" });
    expect(read.fields[0]).toEqual({
      field_id: table.field("name"),
      name: "指标名称",
      alias: "name",
      field_type: "input",
      required: true,
      unique: false,
      description: "",
      config: { type: "input" },
      from_relation_field: null,
    });
    expect(read.fields.map(({ alias, field_type, config }) => [alias, field_type, config])).toEqual(
      [
        ["name", "input", { type: "input" }],
        ["note", "textarea", { type: "textarea" }],
        ["rich", "rich", { type: "rich" }],
        ["n", "numeric", { display_mode: "number", is_percent: 0 }],
        ["rate", "numeric", { display_mode: "percent", is_percent: 1 }],
        ["money", "money", {}],
        ["day", "date", { type: "date" }],
        ["time", "date", { type: "datetime" }],
        [
          "period",
          "category",
          {
            is_multi: 0,
            type: "single",
            options: [
              { id: "1", name: "月" },
              { id: "2", name: "季" },
            ],
          },
        ],
        ["owner", "user", { is_multi: 0, type: "single" }],
        ["department", "relation", { is_multi: 0, type: "single", table_id: other.id }],
        ["on", "bool", {}],
        ["file", "file", {}],
        ["twice", "calculation", { script: { code: "数值*2" } }],
        ["no", "auto_number", { compose: { prefix: "K", digits: 1 } }],
      ],
    );
  });

  it("GET /v2/table/{id} and GET /v2/tables/space/{id}", async () => {
    const { stage, table } = await sample();

    const one = await stage.v2("GET", `/v2/table/${table.id}`);
    const all = await stage.v2("GET", `/v2/tables/space/${stage.embedded.spaceId}`);

    expect(one).toMatchObject({
      table_id: table.id,
      alias: "kpis",
      item_title: table.field("name"),
    });
    expect(all).toEqual([expect.objectContaining({ alias: "departments" }), one]);
  });
});
