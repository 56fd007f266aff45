import { expect } from "vitest";
import type { NewField } from "../../plugin/workspace/workspace.ts";
import { build, field, fieldsFor, type Stage } from "./stage.ts";

/** Tables, fields, options and views. */
export const STRUCTURE_CHECKS = {
  "creates a table with the fields asked for": async (stage) => {
    const { others, table } = await build(stage);

    expect(table).toMatchObject({ name: "业务", alias: "business" });
    expect(table.fields.map(({ alias, name, type, multiple }) => [alias, name, type, multiple]))
      // One row per field asked for, in the same order.
      .toEqual(fieldsFor(others.id).map((f) => [f.key, f.name, f.type, f.multiple ?? false]));
    expect(field(table, "state").options.map((option) => option.name)).toEqual(["待定", "完成"]);
    expect(field(table, "parent").relatedTable).toBe(others.id);
    expect(field(table, "net")).toMatchObject({ computed: true, formula: "单价*数量*(1-折扣)" });
    expect(field(table, "code")).toMatchObject({ computed: false, required: true });
    expect(await stage.workspace.structure.read()).toContainEqual(table);
  },

  "creates the same table once, however often it is asked": async (stage) => {
    const { others, table } = await build(stage);

    const again = await stage.workspace.structure.createTable({
      key: "business",
      name: "业务",
      fields: fieldsFor(others.id),
    });

    expect(again).toEqual(table);
    expect(await stage.workspace.structure.read()).toHaveLength(2);
  },

  "adds fields to a table once": async (stage) => {
    const { table } = await build(stage);
    const added: NewField = { key: "city", name: "城市", type: "text" };

    const first = await stage.workspace.structure.addFields(table.id, [added]);
    const second = await stage.workspace.structure.addFields(table.id, [added]);

    expect(first.fields.map((f) => f.alias)).toEqual([...table.fields.map((f) => f.alias), "city"]);
    expect(first.fields.slice(0, -1)).toEqual(table.fields);
    expect(second).toEqual(first);
  },

  "adds options to a field and keeps those there": async (stage) => {
    const { table } = await build(stage);
    const state = field(table, "state");

    const names = [{ name: "完成" }, { name: "取消" }];
    await stage.workspace.structure.addOptions(table.id, state.id, names);
    const after = await stage.workspace.structure.addOptions(table.id, state.id, names);

    expect(field(after, "state").options.slice(0, 2)).toEqual(state.options);
    expect(field(after, "state").options.map((o) => o.name)).toEqual(["待定", "完成", "取消"]);
  },

  "makes views, and again without complaint": async (stage) => {
    const { table } = await build(stage);
    const view = {
      name: "未完成",
      visibleFields: [field(table, "code").id],
      order: [{ field: field(table, "day").id, direction: "desc" as const }],
      filter: { field: field(table, "day").id, query: { em: false } },
    };

    await stage.workspace.structure.ensureViews(table.id, [view]);
    await stage.workspace.structure.ensureViews(table.id, [view]);

    expect(await stage.workspace.structure.read()).toContainEqual(table);
  },
} satisfies Record<string, (stage: Stage) => Promise<void>>;
