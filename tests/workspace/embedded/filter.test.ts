import { describe, expect, it } from "vitest";
import { openStage, number, option, text, type Built, type Stage } from "./stage.ts";

async function people(): Promise<{ stage: Stage; table: Built; links: readonly string[] }> {
  const stage = await openStage();
  for (const [id, name] of [
    ["7", "Ann"],
    ["8", "Ben"],
  ] as const) {
    stage.embedded.grid.addMember({ id, name });
  }
  const other = await stage.table({ name: "Other", fields: [text("code")] });
  const links = [await other.add({ code: "X" }), await other.add({ code: "Y" })];
  const table = await stage.table({
    name: "People",
    fields: [
      text("name"),
      number("amount"),
      option("kinds", ["one", "two", "three"], "multi"),
      { name: "Owner", alias: "owner", type: "user", config: { type: "multi" } },
      {
        name: "Link",
        alias: "link",
        type: "relation",
        config: { type: "multi", table_id: other.id },
      },
      { name: "Day", alias: "day", type: "date", config: { type: "date" } },
      { name: "Time", alias: "time", type: "date", config: { type: "datetime" } },
      { name: "On", alias: "on", type: "bool" },
      {
        name: "Twice",
        alias: "twice",
        type: "calculation",
        config: { script: { code: "AMOUNT*2" } },
      },
    ],
  });
  const [x, y] = links;
  await table.add({
    name: "五香牛肉干",
    amount: 1,
    kinds: ["1"],
    owner: ["7"],
    link: [x],
    day: "2026-03-30",
    time: "2026-03-30 23:59:59",
    on: 1,
  });
  stage.pass(60);
  await table.add({
    name: "牛奶",
    amount: 2.5,
    kinds: ["2", "1"],
    owner: ["8", "7"],
    link: [y, x],
    day: "2026-03-31",
    time: "2026-03-31 00:00:00",
    on: 0,
  });
  stage.pass(60);
  await table.add({ name: "empty" });
  return { stage, table, links };
}

const [BEEF, MILK, EMPTY] = ["五香牛肉干", "牛奶", "empty"];

describe("a filter", () => {
  it.each([
    ["text eq is the whole text", "name", { eq: "牛奶" }, [MILK]],
    ["text eq is not a part", "name", { eq: "牛" }, []],
    ["text ne", "name", { ne: "牛奶" }, [BEEF, EMPTY]],
    ["text in is any part", "name", { in: ["牛", "zzz"] }, [BEEF, MILK]],
    ["text nin is none of the parts", "name", { nin: ["肉", "奶"] }, [EMPTY]],
    ["text takes signs literally", "name", { in: ["%", "_"] }, []],
    ["number eq", "amount", { eq: 2.5 }, [MILK]],
    ["number ne keeps rows without one", "amount", { ne: 2.5 }, [BEEF, EMPTY]],
    ["number range", "amount", { gte: 1, lt: 2.5 }, [BEEF]],
    ["number gt", "amount", { gt: 1 }, [MILK]],
    ["number lte", "amount", { lte: 1 }, [BEEF]],
    ["calculation", "twice", { gte: 5 }, [MILK]],
    ["em on numbers", "amount", { em: true }, [EMPTY]],
    ["not em", "amount", { em: false }, [BEEF, MILK]],
    ["nem", "amount", { nem: true }, [BEEF, MILK]],
    ["multi-select eq is the whole set", "kinds", { eq: ["1"] }, [BEEF]],
    ["multi-select eq in any order", "kinds", { eq: ["1", "2"] }, [MILK]],
    ["multi-select ne", "kinds", { ne: ["1"] }, [MILK, EMPTY]],
    ["option in is any of", "kinds", { in: ["1", "3"] }, [BEEF, MILK]],
    ["option nin is none of", "kinds", { nin: ["2"] }, [BEEF, EMPTY]],
    ["option em", "kinds", { em: true }, [EMPTY]],
    ["user eq", "owner", { eq: ["7"] }, [BEEF]],
    ["user in", "owner", { in: ["8"] }, [MILK]],
    ["an empty in matches nothing", "owner", { in: [] }, []],
    ["date eq", "day", { eq: "2026-03-31" }, [MILK]],
    ["date today", "day", { eq: "today" }, [MILK]],
    ["date yesterday", "day", { eq: "yesterday" }, [BEEF]],
    ["date this week", "day", { eq: "this_week" }, [BEEF, MILK]],
    ["date range", "day", { gte: "2026-03-30", lte: "2026-03-30" }, [BEEF]],
    ["date gt", "day", { gt: "2026-03-30" }, [MILK]],
    ["date-time of a whole day", "time", { eq: "2026-03-31" }, [MILK]],
    ["date-time before", "time", { lt: "2026-03-31 00:00:00" }, [BEEF]],
    ["date-time to the second", "time", { eq: "2026-03-30 23:59:59" }, [BEEF]],
    ["checkbox", "on", { eq: true }, [BEEF]],
    ["an unset checkbox is off", "on", { eq: false }, [MILK, EMPTY]],
    ["created_on", "created_on", { gte: "2026-03-31 18:21:00" }, [MILK, EMPTY]],
    ["updated_on", "updated_on", { lt: "2026-03-31 18:21:00" }, [BEEF]],
    ["created_by", "created_by", { in: ["10"] }, [BEEF, MILK, EMPTY]],
    ["several alternatives on one field", "amount", { or: [{ eq: 1 }, { gte: 2 }] }, [BEEF, MILK]],
  ])("%s", async (_case, field, query, expected) => {
    const { table } = await people();

    expect(await table.titles({ and: [{ field, query }] })).toEqual(expected);
  });

  it("compares relations as sets and by membership", async () => {
    const { table, links } = await people();
    const [x, y] = links;

    expect(await table.titles({ field: "link", query: { eq: [x] } })).toEqual([BEEF]);
    expect(await table.titles({ field: "link", query: { in: [x] } })).toEqual([BEEF, MILK]);
    expect(await table.titles({ field: "link", query: { nin: [y] } })).toEqual([BEEF, EMPTY]);
  });

  it("nests and, or and field ids", async () => {
    const { table } = await people();
    const filter = {
      or: [
        {
          and: [
            { field: table.field("amount"), query: { gt: 0 } },
            { field: "on", query: { eq: 1 } },
          ],
        },
        { field: "name", query: { eq: "empty" } },
      ],
    };

    expect(await table.titles(filter)).toEqual([BEEF, EMPTY]);
    expect(await table.titles({ and: [] })).toEqual([BEEF, MILK, EMPTY]);
  });

  it("finds many keys of a text field at once", async () => {
    const { table } = await people();
    const wanted = [BEEF, "nobody", EMPTY].map((eq) => ({ field: "name", query: { eq } }));

    expect(await table.titles({ or: wanted })).toEqual([BEEF, EMPTY]);
  });

  it("compares decimals beyond what a double can tell apart", async () => {
    const stage = await openStage();
    const table = await stage.table({ name: "T", fields: [text("name"), number("n")] });
    await table.add({ name: "less", n: "0.10000000000000000001" });
    await table.add({ name: "more", n: "0.10000000000000000002" });

    expect(await table.titles({ field: "n", query: { gt: "0.10000000000000000001" } })).toEqual([
      "more",
    ]);
    expect(await table.titles({ field: "n", query: { lte: "0.10000000000000000001" } })).toEqual([
      "less",
    ]);
  });

  it.each([
    ["an unknown field", { field: "nothing", query: { eq: 1 } }],
    ["an unknown operator", { field: "name", query: { like: "x" } }],
    ["an operator of another type", { field: "name", query: { gt: "x" } }],
    ["a date that is none", { field: "day", query: { eq: "2026-02-30" } }],
    ["something that is no filter", { field: "name" }],
    ["a number for a filter", 5],
    [
      "too many levels",
      Array.from({ length: 50 }).reduce((inner) => ({ and: [inner] }), { and: [] }),
    ],
    [
      "too many conditions",
      { and: Array.from({ length: 501 }, () => ({ field: "name", query: { em: true } })) },
    ],
  ])("refuses %s", async (_case, filter) => {
    const { stage, table } = await people();
    const body = { table_id: table.id, filter };

    const reply = await stage.refused("POST", "/openapi/v1/item/list", body);

    expect(reply.code).toBe(9900013);
  });

  it("never lets a value become part of the statement", async () => {
    const { stage, table } = await people();
    const sly = "'; DROP TABLE records; --";

    expect(await table.titles({ field: "name", query: { eq: sly } })).toEqual([]);
    expect(await table.titles({ field: "owner", query: { in: [sly] } })).toEqual([]);
    const body = { table_id: table.id, filter: { field: sly, query: { eq: 1 } } };
    expect((await stage.refused("POST", "/openapi/v1/item/list", body)).code).toBe(9900013);
    expect(await table.titles({ and: [] })).toHaveLength(3);
  });
});
