import { isPluginError, type ErrorCode } from "../../plugin/errors.ts";
import type {
  Field,
  FieldValue,
  Filter,
  NewField,
  Table,
  Workspace,
  WorkspaceRecord,
} from "../../plugin/workspace/workspace.ts";

/** A workspace to check, and what a check has to do behind its back. */
export interface Stage {
  readonly workspace: Workspace;
  /** Let the host's clock go on. */
  pass(seconds: number): void;
  /** From now on lists come in pages shorter than asked for. */
  shortPages(): void;
  /** A file in the workspace, as its id. */
  upload(): Promise<string>;
  /** What the host has pushed so far, after it has nothing more to push. */
  pushed(): Promise<readonly Uint8Array[]>;
  close(): Promise<void>;
}

const OTHERS: readonly NewField[] = [{ key: "code", name: "编号", type: "text", unique: true }];

export const fieldsFor = (others: string): readonly NewField[] => [
  { key: "code", name: "编号", type: "text", required: true, unique: true },
  { key: "note", name: "说明", type: "textarea" },
  { key: "quantity", name: "数量", type: "number" },
  { key: "discount", name: "折扣", type: "percent" },
  { key: "price", name: "单价", type: "money" },
  { key: "day", name: "日期", type: "date" },
  { key: "moment", name: "时间", type: "datetime" },
  { key: "state", name: "状态", type: "option", options: [{ name: "待定" }, { name: "完成" }] },
  {
    key: "kinds",
    name: "类别",
    type: "option",
    multiple: true,
    options: [{ name: "甲" }, { name: "乙" }, { name: "丙" }],
  },
  { key: "owner", name: "负责人", type: "user" },
  { key: "team", name: "成员", type: "user", multiple: true },
  { key: "parent", name: "上级", type: "relation", relatedTable: others },
  { key: "links", name: "相关", type: "relation", relatedTable: others, multiple: true },
  { key: "enabled", name: "启用", type: "checkbox" },
  { key: "evidence", name: "附件", type: "attachment" },
  { key: "net", name: "净额", type: "calculation", formula: "单价*数量*(1-折扣)" },
];

/** A table with every type of field, and another one for its relations. */
export async function build({ workspace }: Stage): Promise<{ others: Table; table: Table }> {
  const others = await workspace.structure.createTable({
    key: "others",
    name: "其他",
    fields: OTHERS,
  });
  const table = await workspace.structure.createTable({
    key: "business",
    name: "业务",
    fields: fieldsFor(others.id),
  });
  return { others, table };
}

/** One row with a value in every field that can be written. */
export async function fill(stage: Stage) {
  const { workspace } = stage;
  const { others, table } = await build(stage);
  const [member, second] = await workspace.members();
  if (member === undefined || second === undefined) throw new Error("The check needs two members");
  const [parent, other] = [await addRow(stage, others, "X"), await addRow(stage, others, "Y")];
  const option = (key: string, name: string) => {
    const found = field(table, key).options.find((candidate) => candidate.name === name);
    if (found === undefined) throw new Error(`No option ${name}`);
    return found.id;
  };
  const values: Readonly<Record<string, FieldValue>> = {
    code: "A",
    note: "第一行\n第二行 <b>&amp;",
    quantity: "90.0",
    discount: "0.15",
    price: "14.515",
    day: "2026-03-31",
    moment: "2026-03-31T23:59:58+08:00",
    state: [option("state", "完成")],
    kinds: [option("kinds", "甲"), option("kinds", "丙")],
    owner: [member.id],
    team: [member.id, second.id],
    parent: [parent],
    links: [parent, other],
    enabled: false,
    evidence: [await stage.upload()],
  };
  const row = await addRow(stage, table, "A");
  const fields = Object.entries(values).map(([key, value]) => [field(table, key).id, value]);
  await workspace.records.write(table.id, row, Object.fromEntries(fields));
  return { table, row, member, values: { ...values, quantity: "90" } };
}

/** More rows than three pages hold, some in the same second and some not. */
export async function crowd(
  stage: Stage,
): Promise<{ table: Table; keys: string[]; ids: string[] }> {
  const { table } = await build(stage);
  const code = field(table, "code").id;
  const keys = Array.from({ length: 430 }, (_, i) => `K${String(i).padStart(4, "0")}`);
  const ids: string[] = [];
  for (const [from, until] of [
    [0, 250],
    [250, 251],
    [251, 253],
    [253, 430],
  ]) {
    const rows = keys.slice(from, until).map((key) => ({ [code]: key }));
    const made = await stage.workspace.records.upsert(table.id, code, rows);
    ids.push(...[...made].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, id]) => id));
    stage.pass(1);
  }
  return { table, keys, ids };
}

export async function addRow({ workspace }: Stage, table: Table, key: string): Promise<string> {
  const code = field(table, "code").id;
  const made = await workspace.records.upsert(table.id, code, [{ [code]: key }]);
  const id = made.get(key);
  if (id === undefined) throw new Error(`The workspace did not name the row ${key}`);
  return id;
}

export async function readOne(
  { workspace }: Stage,
  table: Table,
  row: string,
): Promise<WorkspaceRecord> {
  const record = (await workspace.records.read(table.id, [row])).get(row);
  if (record === undefined) throw new Error(`There is no row ${row}`);
  return record;
}

export async function pageThrough(
  { workspace }: Stage,
  table: Table,
  filter?: Filter,
): Promise<(FieldValue | undefined)[]> {
  const code = field(table, "code").id;
  const read: (FieldValue | undefined)[] = [];
  const options = filter === undefined ? {} : { filter };
  for await (const page of workspace.records.pages(table.id, options)) {
    read.push(...page.map((record) => record.fields[code]));
  }
  return read;
}

export async function events({ workspace, pushed }: Stage) {
  return (await pushed()).flatMap((raw) => workspace.events.decode(raw));
}

export function field(table: Table, key: string): Field {
  const found = table.fields.find((candidate) => candidate.alias === key);
  if (found === undefined) throw new Error(`No field ${key}`);
  return found;
}

export function named(
  table: Table,
  record: WorkspaceRecord,
): Record<string, FieldValue | undefined> {
  return Object.fromEntries(table.fields.map((f) => [f.alias, record.fields[f.id]]));
}

export async function failureOf(
  work: Promise<unknown>,
): Promise<{ code: ErrorCode; details: Readonly<Record<string, string | number>> }> {
  const outcome = await work.then(
    () => null,
    (error: unknown) => error,
  );
  if (!isPluginError(outcome)) throw new Error("A PluginError was expected", { cause: outcome });
  return { code: outcome.code, details: outcome.details };
}
