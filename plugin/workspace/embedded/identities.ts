import { say, type Locale } from "../../words/words.ts";
import type { Member } from "../workspace.ts";
import { createIds, rowNumber, type Store } from "./store.ts";

/** Who writes when an API key or an application does: a pseudo-user, as in the host. */
export const APPLICATION_ID = "10";

export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  readonly size: number;
}

/** Members and uploaded files: what values may refer to besides records. */
export interface Identities {
  members(): readonly Member[];
  isMember(id: string): boolean;
  /** Name of a member or of the application; the id itself when nobody is known by it. */
  name(id: string): string;
  /** Add a member, or rename the one with this id. */
  addMember(member: { id?: string; name: string }): Member;
  addFile(file: { name: string; mediaType: string; content: Uint8Array; at: number }): string;
  file(id: string): StoredFile | null;
  isFile(id: string): boolean;
}

export function openIdentities(db: Store, locale: Locale): Identities {
  const ids = createIds(db);
  const known = new Map<string, string>();
  const sql = {
    members: db.prepare<[], Member>("SELECT id, name FROM members ORDER BY position"),
    save: db.prepare(
      `INSERT INTO members (id, name, position) VALUES (?, ?, (SELECT count(*) FROM members))
       ON CONFLICT (id) DO UPDATE SET name = excluded.name`,
    ),
    addFile: db.prepare("INSERT INTO files VALUES (?, ?, ?, ?, ?, ?)"),
    file: db.prepare<[number], { id: number; name: string; media_type: string; size: number }>(
      "SELECT id, name, media_type, size FROM files WHERE id = ?",
    ),
  };
  for (const { id, name } of sql.members.all()) known.set(id, name);

  const freeId = (): string => {
    const id = String(ids.take("user"));
    return known.has(id) ? freeId() : id;
  };
  const identities: Identities = {
    members: () => sql.members.all(),
    isMember: (id) => known.has(id),
    name: (id) =>
      known.get(id) ?? (id === APPLICATION_ID ? say(locale, "embedded.application") : id),
    addMember({ id = freeId(), name }) {
      sql.save.run(id, name);
      known.set(id, name);
      return { id, name };
    },
    addFile({ name, mediaType, content, at }) {
      const id = ids.take("file");
      sql.addFile.run(id, name, mediaType, content.byteLength, content, at);
      return String(id);
    },
    file(id) {
      const row = sql.file.get(rowNumber(id) ?? 0);
      if (row === undefined) return null;
      return { id: String(row.id), name: row.name, mediaType: row.media_type, size: row.size };
    },
    isFile: (id) => identities.file(id) !== null,
  };
  return identities;
}
