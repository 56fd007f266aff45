import { z } from "zod";
import { PluginError } from "../../errors.ts";
import type { Comment, CommentsDoor } from "../workspace.ts";
import { Id } from "./envelope.ts";
import type { HuobanFacts } from "./facts.ts";
import { isoOf } from "./fields.ts";
import { isVendorCode } from "./http.ts";
import {
  mentionsOf,
  plainText,
  renderComment,
  topicCode,
  topicOf,
  withoutReference,
} from "./markup.ts";
import { parseReply } from "./open-api.ts";
import type { V2 } from "./v2.ts";
import type { WallClock } from "./wall-clock.ts";

/** The reply's shape is not captured anywhere (reference, 7.5): only the id is insisted on. */
const WrittenComment = z.looseObject({
  comment_id: Id,
  content: z.string().catch(""),
  created_on: z.union([z.string(), z.number()]).nullish().catch(null),
  created_by: z
    .looseObject({ user_id: Id, name: z.string().catch("") })
    .nullish()
    .catch(null),
  parent_comment_id: z
    .union([z.literal(0).transform(() => null), Id])
    .nullish()
    .catch(null),
});
const CommentList = z.union([
  z.array(WrittenComment),
  z.looseObject({ comments: z.array(WrittenComment) }).transform((reply) => reply.comments),
]);
const Created = z.union([
  WrittenComment,
  z.looseObject({ comment: WrittenComment }).transform((reply) => reply.comment),
]);

/** A comment and its text without our reference. */
interface Found {
  readonly comment: Comment;
  readonly body: string;
}

export function createComments(v2: V2, facts: HuobanFacts, clock: WallClock): CommentsDoor {
  async function list(record: string): Promise<Found[]> {
    const found = new Map<string, Found>();
    for (let offset = 0; ;) {
      const query = `limit=${facts.v2PageCap}&offset=${offset}`;
      const reply = await guard(record, () =>
        v2.call({
          operation: "v2/comment/list",
          method: "GET",
          path: `/v2/comments/item/${encodeURIComponent(record)}?${query}`,
          repeatable: true,
        }),
      );
      const page = parseReply("v2/comment/list", CommentList, reply);
      const before = found.size;
      for (const written of page) found.set(written.comment_id, readComment(written, clock));
      // Pages may be shorter than asked for; one that brings nothing new is the last.
      if (found.size === before) break;
      offset += page.length;
    }
    return [...found.values()].sort((a, b) => compare(a.comment, b.comment));
  }

  async function create(record: string, content: string): Promise<Comment> {
    const reply = await guard(record, () =>
      v2.call({
        operation: "v2/comment/create",
        method: "POST",
        path: `/v2/comment/item/${encodeURIComponent(record)}`,
        body: { content },
        // A second try could be a second comment; the next `ensure` finds out what is there.
        repeatable: false,
      }),
    );
    return readComment(parseReply("v2/comment/create", Created, reply), clock).comment;
  }

  /** What a reply to a new comment holds is not known; the list names authors. */
  async function withAuthor(record: string, comment: Comment): Promise<Comment> {
    if (comment.author.id !== "") return comment;
    const listed = (await list(record)).find((found) => found.comment.id === comment.id);
    return listed?.comment ?? comment;
  }

  async function remove(comment: string): Promise<void> {
    try {
      await v2.call({
        operation: "v2/comment/delete",
        method: "DELETE",
        path: `/v2/comment/${encodeURIComponent(comment)}`,
        repeatable: true,
      });
    } catch (error) {
      if (!isVendorCode(error, facts.missingCodes)) throw error;
    }
  }

  /** The vendor's "does not exist" about the record, in our words. */
  async function guard<T>(record: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (!isVendorCode(error, facts.missingCodes)) throw error;
      throw new PluginError("record/not-found", { record }, { cause: error });
    }
  }

  return {
    async ensure(record, topic, parts) {
      const content = renderComment(parts, topic);
      const body = withoutReference(plainText(content));
      const ours = (await list(record.id)).filter(
        ({ comment }) => comment.topic === topicCode(topic),
      );
      const same = ours.filter((found) => isSameText(found.body, body)).at(-1)?.comment;
      // The new one comes before the old one goes: a crash in between leaves two, never none.
      const kept = same ?? (await withAuthor(record.id, await create(record.id, content)));
      // Who quotes us, reference and all, has written a comment of their own.
      const old = ours.filter(
        ({ comment }) => comment.id !== kept.id && comment.author.id === kept.author.id,
      );
      for (const { comment } of old) await remove(comment.id);
      if (same !== undefined) return "unchanged";
      return old.length > 0 ? "replaced" : "created";
    },
    async read(record) {
      return (await list(record.id)).map(({ comment, body }) => ({ ...comment, text: body }));
    },
  };
}

function readComment(written: z.infer<typeof WrittenComment>, clock: WallClock): Found {
  const plain = plainText(written.content);
  const comment: Comment = {
    id: written.comment_id,
    text: plain,
    mentions: mentionsOf(written.content),
    author: { id: written.created_by?.user_id ?? "", name: written.created_by?.name ?? "" },
    createdOn: isoOf(written.created_on, clock) ?? "",
    parent: written.parent_comment_id ?? null,
    topic: topicOf(plain),
  };
  return { comment, body: withoutReference(plain) };
}

/** Hosts fold blanks and lines when they store markup; a score does not change by that. */
function isSameText(a: string, b: string): boolean {
  return a.replace(/\s+/g, " ").trim() === b.replace(/\s+/g, " ").trim();
}

/** Oldest first; ids of one second by size. */
function compare(a: Comment, b: Comment): number {
  const byTime = a.createdOn < b.createdOn ? -1 : a.createdOn > b.createdOn ? 1 : 0;
  if (byTime !== 0) return byTime;
  return a.id.length === b.id.length ? (a.id < b.id ? -1 : 1) : a.id.length - b.id.length;
}
