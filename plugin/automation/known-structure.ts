import type { Bindings } from "../install/bindings.ts";
import type { Table } from "../workspace/workspace.ts";
import { createNaming, type Naming } from "./binding.ts";
import type { State } from "./state.ts";

const META = "structure";

/**
 * Keep what the tables look like, and every name a table, field or option has had: formulas go on
 * using it. Names are kept by parent: fields by table id, options by `table.field`, tables by "".
 */
export function rememberStructure(state: State, tables: readonly Table[]): void {
  state.db.transaction(() => {
    state.setMeta(META, JSON.stringify(tables));
    const remember = (parent: string, { name, id }: { name: string; id: string }) =>
      state.run(
        "INSERT OR IGNORE INTO field_names (table_id, name, field_id) VALUES (?, ?, ?)",
        parent,
        name,
        id,
      );
    for (const table of tables) {
      remember("", table);
      for (const field of table.fields) {
        remember(table.id, field);
        for (const option of field.options) remember(`${table.id}.${field.id}`, option);
      }
    }
  })();
}

/** The tables as last read: enough to go on while the workspace cannot be reached. */
export function recallStructure(state: State): readonly Table[] | null {
  const text = state.meta(META);
  return text === null ? null : (JSON.parse(text) as readonly Table[]);
}

export function namingOf(state: State, bindings: Bindings, tables: readonly Table[]): Naming {
  const keyOf = {
    table: (id: string) => bindings.tableKey(id),
    field: (tableId: string, fieldId: string) => {
      const table = bindings.tableKey(tableId);
      return table === null ? null : bindings.fieldKey(table, fieldId);
    },
    option: (tableId: string, fieldId: string, optionId: string) => {
      const table = bindings.tableKey(tableId);
      const field = table === null ? null : bindings.fieldKey(table, fieldId);
      return table === null || field === null ? null : bindings.optionKey(table, field, optionId);
    },
    bound: (tableKey: string) =>
      bindings.fields(tableKey).map((key) => {
        const known = state.one<{ name: string }>(
          "SELECT name FROM field_names WHERE table_id = ? AND field_id = ?",
          bindings.table(tableKey),
          bindings.field(tableKey, key),
        );
        return { key, name: known?.name ?? key };
      }),
  };
  return createNaming(tables, keyOf, (table, name) =>
    state
      .all<{ field_id: string }>(
        "SELECT field_id FROM field_names WHERE table_id = ? AND name = ? ORDER BY field_id",
        table,
        name,
      )
      .map((row) => row.field_id),
  );
}
