/**
 * Who may come in. `link` is what a sign-in link carries, `session` what the cookie carries; only
 * hashes are kept, so this file lets nobody in.
 */
export const server = `
CREATE TABLE passes (
  hash TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('link', 'session')),
  expires_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;
