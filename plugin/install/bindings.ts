/**
 * Which table, field and option of the workspace each key of a pack became.
 *
 * Everything else in the plugin speaks in keys (`sheets`, `total`, `final`) or ids, never in names.
 */
export interface Bindings {
  /** Table id. @throws workspace/unbound */
  table(table: string): string;
  /** Field id. @throws workspace/unbound */
  field(table: string, field: string): string;
  /** Option id. @throws workspace/unbound */
  option(table: string, field: string, option: string): string;
  /** The way back: pack key of a table id, or null. */
  tableKey(tableId: string): string | null;
  fieldKey(table: string, fieldId: string): string | null;
  optionKey(table: string, field: string, optionId: string): string | null;
  /** Keys of all bound tables. */
  tables(): readonly string[];
  /** `configuration`, `business` or `result`, as the pack says. */
  group(table: string): string;
}
