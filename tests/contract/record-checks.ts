import { expect } from "vitest";
import type { FieldValue } from "../../plugin/workspace/workspace.ts";
import {
  addRow,
  build,
  crowd,
  failureOf,
  field,
  fill,
  named,
  pageThrough,
  readOne,
  type Stage,
} from "./stage.ts";

/** Values, pages, batches and what is refused. */
export const RECORD_CHECKS = {
  "gives back what was written, for every type of field": async (stage) => {
    const { table, row, values } = await fill(stage);

    const record = await readOne(stage, table, row);

    expect(named(table, record)).toEqual({ ...values, net: "1110.3975" });
    expect(record).toMatchObject({ id: row, createdOn: "2026-03-31T18:20:00+08:00" });
  },

  "keeps decimals exact to fifteen digits": async (stage) => {
    const { workspace } = stage;
    const { table } = await build(stage);
    const row = await addRow(stage, table, "A");
    const quantity = field(table, "quantity").id;

    const read: FieldValue[] = [];
    for (const written of ["0.1", "-0.07", "123456789.012345", "9007199254740991", "1.10"]) {
      await workspace.records.write(table.id, row, { [quantity]: written });
      read.push((await readOne(stage, table, row)).fields[quantity] ?? null);
    }

    expect(read).toEqual(["0.1", "-0.07", "123456789.012345", "9007199254740991", "1.1"]);
  },

  "leaves alone the fields that a write does not name": async (stage) => {
    const { table, row, values } = await fill(stage);

    await stage.workspace.records.write(table.id, row, { [field(table, "note").id]: "新" });

    const read = named(table, await readOne(stage, table, row));
    expect(read).toMatchObject({ ...values, note: "新" });
  },

  "empties every type of field with null": async (stage) => {
    const { table, row, values } = await fill(stage);
    const keys = Object.keys(values).filter((key) => key !== "code");

    const empty = Object.fromEntries(keys.map((key) => [field(table, key).id, null]));
    await stage.workspace.records.write(table.id, row, empty);

    const read = named(table, await readOne(stage, table, row));
    const nothing = Object.fromEntries(keys.map((key) => [key, null]));
    expect(read).toMatchObject({ ...nothing, code: "A" });
  },

  "refuses to write a field that the workspace computes": async (stage) => {
    const { table, row } = await fill(stage);

    const net = field(table, "net").id;
    const failure = await failureOf(stage.workspace.records.write(table.id, row, { [net]: "1" }));

    expect(failure).toMatchObject({ code: "record/refused", details: { field: net } });
  },

  "refuses a percent that is no fraction": async (stage) => {
    const { table, row } = await fill(stage);

    const discount = field(table, "discount").id;
    const write = stage.workspace.records.write(table.id, row, { [discount]: "92" });

    expect(await failureOf(write)).toMatchObject({
      code: "record/unit-ambiguous",
      details: { value: "92", field: "折扣", times: "9200" },
    });
  },

  "names the field that is gone": async (stage) => {
    const { table, row } = await fill(stage);

    const write = stage.workspace.records.write(table.id, row, { "2200000000009999": "x" });

    expect(await failureOf(write)).toMatchObject({
      code: "workspace/unbound",
      details: { field: "2200000000009999" },
    });
  },

  "names the field whose type does not fit": async (stage) => {
    const { table, row } = await fill(stage);

    const state = field(table, "state").id;
    const write = stage.workspace.records.write(table.id, row, { [state]: "完成" });

    expect(await failureOf(write)).toMatchObject({
      code: "workspace/unbound",
      details: { field: state },
    });
  },

  "says that a row was refused and why": async (stage) => {
    const { table, row } = await fill(stage);

    const state = field(table, "state").id;
    const write = stage.workspace.records.write(table.id, row, { [state]: ["999"] });

    const failure = await failureOf(write);
    expect(failure).toMatchObject({ code: "record/refused", details: { record: row } });
    expect(failure.details["reason"]).toContain("状态");
  },

  "knows a deleted record from one that was not asked for": async (stage) => {
    const { workspace } = stage;
    const { table } = await build(stage);
    const [a, b] = [await addRow(stage, table, "A"), await addRow(stage, table, "B")];
    await workspace.records.remove(table.id, [a]);

    const found = await workspace.records.read(table.id, [a, b, b]);

    expect([...found.keys()]).toEqual([b]);
    const write = workspace.records.write(table.id, a, { [field(table, "note").id]: "x" });
    expect(await failureOf(write)).toMatchObject({
      code: "record/not-found",
      details: { record: a },
    });
  },

  "brings rows to exist once, however often it is asked": async (stage) => {
    const { workspace } = stage;
    const { table } = await build(stage);
    const [code, quantity] = [field(table, "code").id, field(table, "quantity").id];
    const rows = ["A", "B", "C"].map((key) => ({ [code]: key, [quantity]: "1" }));

    const first = await workspace.records.upsert(table.id, code, rows);
    const second = await workspace.records.upsert(
      table.id,
      code,
      rows.map((row) => ({ ...row, [quantity]: "2" })),
    );

    expect([...first.keys()].sort()).toEqual(["A", "B", "C"]);
    expect(second).toEqual(first);
    expect(await workspace.records.count(table.id)).toBe(3);
    const records = await workspace.records.read(table.id, [...second.values()]);
    expect([...records.values()].map((r) => [r.fields[code], r.fields[quantity]]).sort()).toEqual([
      ["A", "2"],
      ["B", "2"],
      ["C", "2"],
    ]);
  },

  "says which row of many was refused": async (stage) => {
    const { workspace } = stage;
    const { table } = await build(stage);
    const [code, parent] = [field(table, "code").id, field(table, "parent").id];

    const upsert = workspace.records.upsert(table.id, code, [
      { [code]: "A" },
      { [code]: "B", [parent]: ["2300000000009999"] },
    ]);

    expect(await failureOf(upsert)).toMatchObject({
      code: "record/refused",
      details: { record: "B" },
    });
  },

  "writes many rows at once, and names those it could not write": async (stage) => {
    const { workspace } = stage;
    const { table } = await build(stage);
    const [quantity, parent] = [field(table, "quantity").id, field(table, "parent").id];
    const rows = [];
    for (const code of ["A", "B", "C", "D"]) rows.push(await addRow(stage, table, code));
    const [a = "", b = "", gone = "", refused = ""] = rows;
    await workspace.records.remove(table.id, [gone]);

    const problems = await workspace.records.writeMany(table.id, [
      { id: a, fields: { [quantity]: "7" } },
      { id: b, fields: { [quantity]: "8" } },
      { id: gone, fields: { [quantity]: "9" } },
      { id: refused, fields: { [parent]: ["2300000000009999"] } },
    ]);

    expect([...problems].map(([id, error]) => [id, error.code]).sort()).toEqual(
      [
        [gone, "record/not-found"],
        [refused, "record/refused"],
      ].sort(),
    );
    const read = await workspace.records.read(table.id, [a, b]);
    expect([...read.values()].map((record) => record.fields[quantity]).sort()).toEqual(["7", "8"]);
    expect(await workspace.records.count(table.id)).toBe(3);
  },

  "reads each of many rows once, oldest first": async (stage) => {
    const { table, keys } = await crowd(stage);

    const read = await pageThrough(stage, table);

    expect(read).toEqual(keys);
  },

  "reads each row once from a host that cuts its pages short": async (stage) => {
    const { table, keys } = await crowd(stage);
    stage.shortPages();

    const read = await pageThrough(stage, table);

    expect(read).toEqual(keys);
  },

  "reads rows by id from a host that cuts its pages short": async (stage) => {
    const { table, ids } = await crowd(stage);
    stage.shortPages();

    const found = await stage.workspace.records.read(table.id, ids.slice(0, 150));

    expect([...found.keys()].sort()).toEqual(ids.slice(0, 150).sort());
  },

  "reads only what changed since an instant": async (stage) => {
    const { workspace } = stage;
    const { table } = await build(stage);
    const [a] = [await addRow(stage, table, "A"), await addRow(stage, table, "B")];
    stage.pass(60);
    await workspace.records.write(table.id, a, { [field(table, "note").id]: "x" });
    const c = await addRow(stage, table, "C");

    const changed: string[] = [];
    const options = { changedSince: "2026-03-31T10:20:30Z" };
    for await (const page of workspace.records.pages(table.id, options)) {
      changed.push(...page.map((record) => record.id));
    }

    expect(changed.sort()).toEqual([a, c].sort());
  },

  "reads only what a filter lets through": async (stage) => {
    const { workspace } = stage;
    const { table } = await build(stage);
    const [code, discount] = [field(table, "code").id, field(table, "discount").id];
    await workspace.records.upsert(table.id, code, [
      { [code]: "A", [discount]: "0.1" },
      { [code]: "B", [discount]: "0.2" },
      { [code]: "C" },
    ]);

    const filter = { and: [{ field: discount, query: { gte: "0.15" } }] };

    expect(await pageThrough(stage, table, filter)).toEqual(["B"]);
  },

  "removes rows, and again without complaint": async (stage) => {
    const { workspace } = stage;
    const { table, ids } = await crowd(stage);

    await workspace.records.remove(table.id, ids.slice(0, 230));
    await workspace.records.remove(table.id, ids.slice(100, 240));

    expect(await workspace.records.count(table.id)).toBe(ids.length - 240);
    expect((await workspace.records.read(table.id, ids.slice(0, 3))).size).toBe(0);
  },
} satisfies Record<string, (stage: Stage) => Promise<void>>;
