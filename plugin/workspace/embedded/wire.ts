import type { Identities } from "./identities.ts";
import { storedFields, type RecordRow, type Records } from "./records.ts";
import type { EmbeddedSettings } from "./settings.ts";
import type { FieldDefinition, TableDefinition } from "./structure.ts";
import { isComputedValue, type StoredValue } from "./values.ts";
import { instantSeconds, type WallClock } from "./wall-clock.ts";

/** Renders records as OpenAPI v1 shows them. */
export interface Wire {
  items(table: TableDefinition, rows: readonly RecordRow[]): readonly unknown[];
  user(id: string): { user_id: string; name: string; avatar: string };
}

export function createWire(options: {
  readonly settings: EmbeddedSettings;
  readonly clock: WallClock;
  readonly identities: Identities;
  readonly records: Records;
}): Wire {
  const { settings, clock, identities, records } = options;
  const user = (id: string) => ({ user_id: id, name: identities.name(id), avatar: "" });

  function value(
    field: FieldDefinition,
    stored: StoredValue,
    titles: ReadonlyMap<string, string>,
  ): unknown {
    if (isComputedValue(stored)) {
      // A failed calculation has no value; the host's v1 shows no more than that.
      if (stored.kind === "error") return null;
      if (stored.kind === "number") return Number(stored.value);
      return stored.kind === "boolean" ? stored.value === "true" : stored.value;
    }
    if (typeof stored === "boolean") return stored;
    if (typeof stored === "string") return scalar(field, stored);
    switch (field.type) {
      case "option":
        return stored.flatMap((id) => {
          const option = field.options.find((candidate) => candidate.id === id);
          return option === undefined ? [] : [option];
        });
      case "user":
        return stored.map(user);
      case "attachment":
        return stored.flatMap((id) => {
          const file = identities.file(id);
          return file === null ? [] : [{ file_id: id, name: file.name, size: file.size }];
        });
      default: {
        const linked = stored.flatMap((id) => {
          const title = titles.get(id);
          return title === undefined ? [] : [{ item_id: id, title }];
        });
        const single = settings.singleRelationAsObject && !field.multiple;
        return single ? (linked[0] ?? null) : linked;
      }
    }
  }

  function scalar(field: FieldDefinition, stored: string): unknown {
    switch (field.type) {
      case "number":
      case "percent":
      case "money":
        return Number(stored);
      case "date":
        return settings.datesAsEpochMs ? (clock.seconds(stored) ?? 0) * 1000 : stored;
      case "datetime": {
        const seconds = instantSeconds(stored) ?? 0;
        return settings.datesAsEpochMs ? seconds * 1000 : clock.text(seconds);
      }
      default:
        return stored;
    }
  }

  return {
    user,
    items(table, rows) {
      const contents = rows.map((row) => [row, storedFields(row)] as const);
      const relations = table.fields.filter(({ type }) => type === "relation");
      const linked = contents.flatMap(([, fields]) =>
        relations.flatMap(({ id }) => {
          const ids = fields[id];
          return Array.isArray(ids) ? (ids as readonly string[]) : []; // relations store ids
        }),
      );
      const titles = records.titles(linked);
      return contents.map(([row, fields]) => ({
        item_id: String(row.id),
        title: row.title,
        created_by: user(row.created_by),
        created_on: clock.text(row.created_on),
        updated_by: user(row.updated_by),
        updated_on: clock.text(row.updated_on),
        fields: Object.fromEntries(
          table.fields.flatMap((field) => {
            const stored = fields[field.id];
            return stored === undefined ? [] : [[field.id, value(field, stored, titles)]];
          }),
        ),
      }));
    },
  };
}
