/**
 * What the installer remembers.
 *
 * `bindings`: which id each key of a pack became (`sheets`, `sheets.total`, `sheets.state#final`).
 * `parent` is the key it belongs to ("" for a table). `adopted` marks what was there before us.
 *
 * `installed`: the last thing we wrote for each object of a pack, per object and as JSON by keys, so
 * that an upgrade can compare three sides (what we wrote, what is there, what the new pack wants).
 * `settled` is 0 between "about to write" and "written", which is where a crash leaves it.
 */
export const install = `
CREATE TABLE bindings (
  key TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('table', 'field', 'option')),
  parent TEXT NOT NULL,
  id TEXT NOT NULL,
  "group" TEXT NOT NULL DEFAULT '',
  pack TEXT NOT NULL,
  adopted INTEGER NOT NULL DEFAULT 0,
  UNIQUE (kind, parent, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE installed (
  pack TEXT NOT NULL,
  object TEXT NOT NULL,
  content TEXT NOT NULL,
  settled INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (pack, object)
) STRICT, WITHOUT ROWID;

CREATE TABLE packs (
  id TEXT PRIMARY KEY,
  version TEXT NOT NULL,
  locale TEXT NOT NULL,
  digest TEXT NOT NULL,
  installed_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;
