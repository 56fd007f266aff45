import { expect } from "vitest";
import { addRow, build, events, failureOf, field, fill, type Stage } from "./stage.ts";

/** Comments, pushed changes and members. */
export const EXCHANGE_CHECKS = {
  "keeps one comment per topic": async (stage) => {
    const { comments } = stage.workspace;
    const { table, row } = await fill(stage);
    const record = { table: table.id, id: row };

    expect(await comments.ensure(record, "grade", [{ text: "得分 92" }])).toBe("created");
    expect(await comments.ensure(record, "kpi:revenue", [{ text: "营收" }])).toBe("created");
    expect(await comments.ensure(record, "grade", [{ text: "得分 92" }])).toBe("unchanged");
    expect(await comments.ensure(record, "grade", [{ text: "得分 95" }])).toBe("replaced");

    const texts = (await comments.read(record)).map(({ topic, text }) => [topic, text]);
    expect(texts).toEqual([
      ["kpi:revenue", "营收"],
      ["grade", "得分 95"],
    ]);
  },

  "carries mentions and text that looks like markup": async (stage) => {
    const { comments } = stage.workspace;
    const { table, row, member } = await fill(stage);
    const record = { table: table.id, id: row };
    const parts = [
      { text: 'a < b && "c" <script>\n第二行 ' },
      { mention: { userId: member.id, name: member.name } },
      { text: " 请确认 &amp; 回复" },
    ];

    await comments.ensure(record, "grade", parts);

    const [comment] = await comments.read(record);
    expect(comment).toMatchObject({
      text: `a < b && "c" <script>\n第二行 @${member.name} 请确认 &amp; 回复`,
      mentions: [member.id],
      topic: "grade",
      parent: null,
    });
    expect(await comments.ensure(record, "grade", parts)).toBe("unchanged");
  },

  "does not find comments on a record that is gone": async (stage) => {
    const { workspace } = stage;
    const { table, row } = await fill(stage);
    await workspace.records.remove(table.id, [row]);

    const ensure = workspace.comments.ensure({ table: table.id, id: row }, "grade", [
      { text: "得分" },
    ]);

    expect(await failureOf(ensure)).toMatchObject({ code: "record/not-found" });
  },

  "pushes changes of the tables asked for, and of no others": async (stage) => {
    const { workspace } = stage;
    const { others, table } = await build(stage);
    await workspace.events.subscribe([table.id]);
    await workspace.events.subscribe([table.id]);

    const row = await addRow(stage, table, "A");
    await workspace.records.write(table.id, row, { [field(table, "note").id]: "x" });
    await addRow(stage, others, "X");
    await workspace.records.remove(table.id, [row]);

    const about = { table: table.id, record: row };
    expect(await events(stage)).toEqual([
      { kind: "create", ...about },
      { kind: "update", ...about },
      { kind: "delete", ...about },
    ]);
  },

  "pushes nothing after the subscription is taken back": async (stage) => {
    const { workspace } = stage;
    const { table } = await build(stage);
    await workspace.events.subscribe([table.id]);
    await workspace.events.unsubscribe([table.id]);
    await workspace.events.unsubscribe([table.id]);

    await addRow(stage, table, "A");

    expect(await events(stage)).toEqual([]);
  },

  "lists the members": async (stage) => {
    const members = await stage.workspace.members();

    expect(members.length).toBeGreaterThan(1);
    expect(new Set(members.map((member) => member.id)).size).toBe(members.length);
  },
} satisfies Record<string, (stage: Stage) => Promise<void>>;
