import type { Bindings } from "../install/bindings.ts";
import type { Table } from "../workspace/workspace.ts";
import { createNaming, type Naming } from "./binding.ts";
import type { State } from "./state.ts";

const META = "structure";

/** Keep what the tables look like, and every name a field has had: formulas go on using it. */
export function rememberStructure(state: State, tables: readonly Table[]): void {
  state.db.transaction(() => {
    state.setMeta(META, JSON.stringify(tables));
    for (const table of tables)
      for (const field of table.fields)
        state.run(
          "INSERT OR IGNORE INTO field_names (table_id, name, field_id) VALUES (?, ?, ?)",
          table.id,
          field.name,
          field.id,
        );
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
