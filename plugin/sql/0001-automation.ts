/**
 * The engine's state. Decimals are text in plain notation, dates `YYYY-MM-DD`, ids text.
 * One database file holds one workspace (docs/decisions/0002-one-file-per-workspace.md).
 */
export const automation = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- What arrived and is not worked off yet, as raw bytes.
CREATE TABLE inbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  received_at TEXT NOT NULL,
  raw BLOB NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  error TEXT,
  failed INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX inbox_waiting ON inbox (failed, id);

-- What has to reach the workspace. One row per (kind, table, record, topic): later intents replace earlier ones.
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,            -- write | comment | check
  table_key TEXT NOT NULL,
  record_id TEXT NOT NULL,
  topic TEXT NOT NULL DEFAULT '',
  payload TEXT NOT NULL DEFAULT '',
  version INTEGER NOT NULL DEFAULT 1,
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at TEXT NOT NULL DEFAULT '',
  error TEXT,
  failed INTEGER NOT NULL DEFAULT 0,
  UNIQUE (kind, table_key, record_id, topic)
);
CREATE INDEX outbox_due ON outbox (failed, due_at, id);

-- Every name a field has had: a renamed field stays bound in formulas people wrote with its old name.
CREATE TABLE field_names (
  table_id TEXT NOT NULL,
  name TEXT NOT NULL,
  field_id TEXT NOT NULL,
  PRIMARY KEY (table_id, name, field_id)
) WITHOUT ROWID;

-- Configuration rows as last read, and the last reading of each that was valid.
CREATE TABLE config (
  table_key TEXT NOT NULL,
  record_id TEXT NOT NULL,
  current TEXT NOT NULL,
  valid TEXT,
  problem TEXT,
  PRIMARY KEY (table_key, record_id)
) WITHOUT ROWID;

-- The bound fields of source records and of the records they point to.
CREATE TABLE mirror (
  table_id TEXT NOT NULL,
  record_id TEXT NOT NULL,
  title TEXT NOT NULL,
  fields TEXT NOT NULL,
  PRIMARY KEY (table_id, record_id)
) WITHOUT ROWID;

CREATE TABLE links (
  field_id TEXT NOT NULL,
  target_id TEXT NOT NULL,
  table_id TEXT NOT NULL,
  record_id TEXT NOT NULL,
  PRIMARY KEY (field_id, target_id, record_id)
) WITHOUT ROWID;
CREATE INDEX links_of ON links (table_id, record_id);

-- What one record gives to one source. owner '' = nobody found; problem set = counted as unusable.
CREATE TABLE contributions (
  source_id TEXT NOT NULL,
  record_id TEXT NOT NULL,
  owner TEXT NOT NULL,
  person TEXT NOT NULL,
  date TEXT NOT NULL,
  value TEXT NOT NULL,
  denominator TEXT NOT NULL,
  distinct_key TEXT NOT NULL,
  problem TEXT,
  PRIMARY KEY (source_id, record_id, owner)
) WITHOUT ROWID;
CREATE INDEX contributions_owner ON contributions (source_id, owner, date);
CREATE INDEX contributions_person ON contributions (person);
CREATE INDEX contributions_first ON contributions (source_id, distinct_key, date, record_id) WHERE distinct_key <> '';

-- Aggregates by (source, subject, period). Subject '*' counts everybody's records: is the source alive?
CREATE TABLE cells (
  source_id TEXT NOT NULL,
  subject TEXT NOT NULL,
  period TEXT NOT NULL,
  count INTEGER NOT NULL,
  invalid INTEGER NOT NULL,
  value TEXT NOT NULL,
  denominator TEXT NOT NULL,
  PRIMARY KEY (source_id, subject, period)
) WITHOUT ROWID;

CREATE TABLE distinct_keys (
  source_id TEXT NOT NULL,
  subject TEXT NOT NULL,
  period TEXT NOT NULL,
  distinct_key TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (source_id, subject, period, distinct_key)
) WITHOUT ROWID;

-- Values in order, for min, max and last.
CREATE TABLE ordered (
  source_id TEXT NOT NULL,
  subject TEXT NOT NULL,
  period TEXT NOT NULL,
  sort TEXT NOT NULL,
  record_id TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (source_id, subject, period, sort, record_id)
) WITHOUT ROWID;

-- The record that counts for each key of a first-ever source.
CREATE TABLE firsts (
  source_id TEXT NOT NULL,
  distinct_key TEXT NOT NULL,
  record_id TEXT NOT NULL,
  owner TEXT NOT NULL,
  date TEXT NOT NULL,
  PRIMARY KEY (source_id, distinct_key)
) WITHOUT ROWID;

-- Score sheets and items: what people set (inputs), what we computed (result), what the workspace shows.
CREATE TABLE sheets (
  id TEXT PRIMARY KEY,
  code TEXT NOT NULL,
  subject_kind TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  cycle_id TEXT NOT NULL,
  result TEXT,
  shown TEXT NOT NULL DEFAULT '{}',
  feedback TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX sheets_subject ON sheets (subject_id, cycle_id);
CREATE INDEX sheets_cycle ON sheets (cycle_id);
CREATE INDEX sheets_code ON sheets (code);

CREATE TABLE items (
  id TEXT PRIMARY KEY,
  code TEXT NOT NULL,
  sheet_id TEXT NOT NULL,
  kpi_id TEXT NOT NULL,
  weight TEXT,
  target TEXT,
  target_basis TEXT NOT NULL DEFAULT '',
  result TEXT,
  shown TEXT NOT NULL DEFAULT '{}'
) WITHOUT ROWID;
CREATE INDEX items_sheet ON items (sheet_id);
CREATE INDEX items_kpi ON items (kpi_id);
CREATE INDEX items_code ON items (code);

-- Append-only: one line per cause and item.
CREATE TABLE ledger (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,
  sheet_id TEXT NOT NULL,
  item_id TEXT NOT NULL,
  kpi_id TEXT NOT NULL,
  cause TEXT NOT NULL,
  cause_table TEXT,
  cause_record TEXT,
  line TEXT NOT NULL
);
CREATE INDEX ledger_sheet ON ledger (sheet_id, id);
CREATE INDEX ledger_record ON ledger (cause_record, id);
`;
