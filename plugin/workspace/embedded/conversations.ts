import { z } from "zod";
import type { Identities } from "./identities.ts";
import type { Records } from "./records.ts";
import { rowNumber, type Store } from "./store.ts";
import { Refusal } from "./refusals.ts";

export interface StoredComment {
  readonly id: string;
  /** As it came: HTML with mention anchors. */
  readonly content: string;
  /** Members mentioned, each once. */
  readonly mentions: readonly string[];
  readonly files: readonly string[];
  readonly author: string;
  readonly createdOn: number;
  readonly parent: string | null;
}

export interface NewComment {
  readonly content: string;
  readonly parent: string | null;
  readonly files: readonly string[];
}

export interface Notification {
  readonly id: string;
  readonly receiver: string;
  readonly title: string;
  readonly content: string;
  readonly pushMessage: string;
  readonly openUrl: string;
  readonly createdOn: number;
}

/** Comments on records and notifications to members. */
export interface Conversations {
  /** Oldest first. @throws Refusal gone */
  comments(record: string, page: { offset: number; limit: number }): readonly StoredComment[];
  count(record: string): number;
  /** @throws Refusal gone, invalid-parameter */
  add(record: string, comment: NewComment, author: string): StoredComment;
  /** @throws Refusal gone */
  remove(comment: string): void;
  notify(notification: Omit<Notification, "id" | "createdOn">): Notification;
  /** Newest first. */
  notifications(receiver: string): readonly Notification[];
}

interface CommentRow {
  id: number;
  parent_id: number | null;
  content: string;
  mentions: string;
  files: string;
  author: string;
  created_on: number;
}

const Texts = z.array(z.string());
const LONGEST_COMMENT = 20_000;

export function openConversations(options: {
  readonly db: Store;
  readonly records: Records;
  readonly identities: Identities;
  readonly now: () => Date;
}): Conversations {
  const { db, records, identities, now } = options;
  const sql = {
    page: db.prepare<[number, number, number], CommentRow>(
      "SELECT * FROM comments WHERE record_id = ? ORDER BY id LIMIT ? OFFSET ?",
    ),
    count: db.prepare<[number], { n: number }>(
      "SELECT count(*) AS n FROM comments WHERE record_id = ?",
    ),
    find: db.prepare<[number], CommentRow & { record_id: number }>(
      "SELECT * FROM comments WHERE id = ?",
    ),
    add: db.prepare(
      `INSERT INTO comments (record_id, parent_id, content, mentions, files, author, created_on)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ),
    remove: db.prepare("DELETE FROM comments WHERE id = ?"),
    notify: db.prepare(
      `INSERT INTO notifications (receiver, title, content, push_message, open_url, created_on)
       VALUES (?, ?, ?, ?, ?, ?)`,
    ),
    notifications: db.prepare<[string], Omit<Notification, "id"> & { id: number }>(
      `SELECT id, receiver, title, content, push_message AS pushMessage, open_url AS openUrl,
         created_on AS createdOn
       FROM notifications WHERE receiver = ? ORDER BY id DESC LIMIT 200`,
    ),
  };
  const seconds = () => Math.floor(now().getTime() / 1000);

  return {
    comments(record, { offset, limit }) {
      return sql.page.all(records.row(record).id, limit, offset).map(readComment);
    },
    count: (record) => sql.count.get(records.row(record).id)?.n ?? 0,
    add(record, { content, parent, files }, author) {
      const row = records.row(record);
      if (content.length > LONGEST_COMMENT || (content === "" && files.length === 0)) {
        throw new Refusal("invalid-parameter", { name: "content" });
      }
      const answered = parent === null ? undefined : sql.find.get(rowNumber(parent) ?? 0);
      if (parent !== null && answered?.record_id !== row.id) {
        throw new Refusal("invalid-parameter", { name: "parent_comment_id" });
      }
      if (!files.every((id) => identities.isFile(id))) {
        throw new Refusal("invalid-parameter", { name: "file_ids" });
      }
      const mentions = mentionedUsers(content).filter((id) => identities.isMember(id));
      const { lastInsertRowid } = sql.add.run(
        row.id,
        answered?.id ?? null,
        content,
        JSON.stringify(mentions),
        JSON.stringify(files),
        author,
        seconds(),
      );
      const id = String(lastInsertRowid);
      return { id, content, mentions, files, author, createdOn: seconds(), parent };
    },
    remove(comment) {
      const { changes } = sql.remove.run(rowNumber(comment) ?? 0);
      if (changes === 0) throw new Refusal("gone", { id: comment });
    },
    notify(notification) {
      const { receiver, title, content, pushMessage, openUrl } = notification;
      if (!identities.isMember(receiver)) {
        throw new Refusal("invalid-parameter", { name: "receiver_id" });
      }
      const createdOn = seconds();
      const added = sql.notify.run(receiver, title, content, pushMessage, openUrl, createdOn);
      return { ...notification, id: String(added.lastInsertRowid), createdOn };
    },
    notifications: (receiver) =>
      sql.notifications.all(receiver).map((row) => ({ ...row, id: String(row.id) })),
  };
}

function readComment(row: CommentRow): StoredComment {
  return {
    id: String(row.id),
    content: row.content,
    mentions: Texts.parse(JSON.parse(row.mentions)),
    files: Texts.parse(JSON.parse(row.files)),
    author: row.author,
    createdOn: row.created_on,
    parent: row.parent_id === null ? null : String(row.parent_id),
  };
}

/** Users of `<a … hb_type="user" user_id="…">` anchors, each once, in order. */
export function mentionedUsers(content: string): readonly string[] {
  const users = new Set<string>();
  for (const [anchor] of content.matchAll(/<a\s[^<>]*>/gi)) {
    const user = /\suser_id\s*=\s*["']?(\d+)/i.exec(anchor)?.[1];
    if (user !== undefined && /\shb_type\s*=\s*["']?user\b/i.test(anchor)) users.add(user);
  }
  return [...users];
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
};

/** What a person reads: markup removed, line breaks kept, mentions as their `@name`. */
export function plainText(content: string): string {
  return content
    .replace(/<br\s*\/?>|<\/p>/gi, "\n")
    .replace(/<[^<>]*>/g, "")
    .replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]+);/gi, (whole, name: string) => {
      if (!name.startsWith("#")) return ENTITIES[name.toLowerCase()] ?? whole;
      const hex = name[1]?.toLowerCase() === "x";
      const point = Number.parseInt(name.slice(hex ? 2 : 1), hex ? 16 : 10);
      return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    })
    .trim();
}
