const records = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE sequences (name TEXT PRIMARY KEY, next INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE tables (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, alias TEXT NOT NULL, title_field INTEGER,
  created_on INTEGER NOT NULL, total INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE fields (
  id INTEGER PRIMARY KEY, table_id INTEGER NOT NULL REFERENCES tables(id), position INTEGER NOT NULL,
  name TEXT NOT NULL, alias TEXT NOT NULL, type TEXT NOT NULL, definition TEXT NOT NULL
);
CREATE INDEX fields_table ON fields (table_id, position);
CREATE TABLE views (
  id INTEGER PRIMARY KEY, table_id INTEGER NOT NULL REFERENCES tables(id), name TEXT NOT NULL,
  definition TEXT NOT NULL, UNIQUE (table_id, name)
);

CREATE TABLE records (
  id INTEGER PRIMARY KEY, table_id INTEGER NOT NULL, title TEXT NOT NULL, fields TEXT NOT NULL,
  created_on INTEGER NOT NULL, created_by TEXT NOT NULL,
  updated_on INTEGER NOT NULL, updated_by TEXT NOT NULL, change INTEGER NOT NULL
);
CREATE INDEX records_item ON records (table_id, id);
CREATE INDEX records_created ON records (table_id, created_on, id);
CREATE INDEX records_updated ON records (table_id, updated_on, id);
CREATE TABLE unique_values (
  field_id INTEGER NOT NULL, value TEXT NOT NULL, record_id INTEGER NOT NULL,
  PRIMARY KEY (field_id, value)
) WITHOUT ROWID;
CREATE TABLE changes (
  number INTEGER PRIMARY KEY, record_id INTEGER NOT NULL, table_id INTEGER NOT NULL,
  at INTEGER NOT NULL, author TEXT NOT NULL, kind TEXT NOT NULL, detail TEXT NOT NULL
);
CREATE INDEX changes_record ON changes (record_id, number);

CREATE TABLE members (id TEXT PRIMARY KEY, name TEXT NOT NULL, position INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE files (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, media_type TEXT NOT NULL, size INTEGER NOT NULL,
  content BLOB NOT NULL, created_on INTEGER NOT NULL
);
CREATE TABLE comments (
  id INTEGER PRIMARY KEY AUTOINCREMENT, record_id INTEGER NOT NULL, parent_id INTEGER,
  content TEXT NOT NULL, mentions TEXT NOT NULL, files TEXT NOT NULL,
  author TEXT NOT NULL, created_on INTEGER NOT NULL
);
CREATE INDEX comments_record ON comments (record_id, id);
CREATE TABLE notifications (
  id INTEGER PRIMARY KEY AUTOINCREMENT, receiver TEXT NOT NULL, title TEXT NOT NULL,
  content TEXT NOT NULL, push_message TEXT NOT NULL, open_url TEXT NOT NULL, created_on INTEGER NOT NULL
);
CREATE INDEX notifications_receiver ON notifications (receiver, id);
CREATE TABLE tickets (ticket TEXT PRIMARY KEY, expires_on INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE subscriptions (
  source_type TEXT NOT NULL, source_id TEXT NOT NULL, events TEXT NOT NULL,
  PRIMARY KEY (source_type, source_id)
) WITHOUT ROWID;
CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, table_id INTEGER NOT NULL,
  data TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, not_before INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE jobs (
  id INTEGER PRIMARY KEY AUTOINCREMENT, operation TEXT NOT NULL, request TEXT NOT NULL,
  author TEXT NOT NULL, done INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX jobs_waiting ON jobs (done, id);
`;

/** Forward only; a released migration is never edited. */
export const MIGRATIONS: readonly { readonly name: string; readonly sql: string }[] = [
  { name: "0001-records", sql: records },
];
