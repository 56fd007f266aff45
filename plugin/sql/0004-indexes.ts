/** What the profile of events asked for. */
export const indexes = `
DROP INDEX IF EXISTS items_sheet;
CREATE INDEX items_sheet ON items (sheet_id, kpi_id);

-- What nobody can be found for, or has no date: counted whenever somebody looks at the state of things.
CREATE INDEX IF NOT EXISTS contributions_unassigned
  ON contributions (source_id, record_id) WHERE owner = '' OR date = '';
`;
