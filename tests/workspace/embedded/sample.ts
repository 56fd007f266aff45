import { openStage, text, type Stage } from "./stage.ts";

/** A workspace with one member and a table that has a field of every type. */
export async function sample() {
  const stage = await openStage();
  stage.embedded.grid.addMember({ id: "1000001", name: "张三" });
  const other = await stage.table({ name: "部门", alias: "departments", fields: [text("name")] });
  const table = await stage.table({
    name: "KPI 指标",
    alias: "kpis",
    fields: [
      { ...text("name"), name: "指标名称", required: true },
      { name: "说明", alias: "note", type: "text", config: { type: "textarea" } },
      { name: "富文本", alias: "rich", type: "text", config: { type: "rich" } },
      { name: "数值", alias: "n", type: "number", config: { display_mode: "number" } },
      { name: "比率", alias: "rate", type: "number", config: { display_mode: "percent" } },
      { name: "金额", alias: "money", type: "money" },
      { name: "日期", alias: "day", type: "date", config: { type: "date" } },
      { name: "时间", alias: "time", type: "date", config: { type: "datetime" } },
      {
        name: "周期",
        alias: "period",
        type: "category",
        config: {
          type: "single",
          options: [
            { id: 1, name: "月" },
            { id: 2, name: "季" },
          ],
        },
      },
      { name: "责任人", alias: "owner", type: "user", config: { is_multi: 0 } },
      { name: "部门", alias: "department", type: "relation", config: { table_id: other.id } },
      { name: "启用", alias: "on", type: "bool" },
      { name: "附件", alias: "file", type: "file" },
      { name: "双倍", alias: "twice", type: "calculation", config: { script: { code: "数值*2" } } },
      { name: "编号", alias: "no", type: "auto_number", config: { compose: { prefix: "K" } } },
    ],
  });
  return { stage, table, other };
}

export async function reply(stage: Stage, method: string, path: string, body?: unknown) {
  const response = await stage.send(method, path, body);
  return { status: response.status, body: (await response.json()) as unknown };
}
