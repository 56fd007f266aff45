import { createHash } from "node:crypto";
import type { CommentPart } from "../workspace.ts";

/**
 * The host's comments are HTML with mention anchors (reference, 7.5). Ours end with a visible
 * reference `[KPI·topic]`, by which they are found again: there is nowhere else to keep a key.
 */
const REFERENCE = /\[KPI·([^\s[\]]{1,60})\]\s*$/u;

/** The content to send for these parts. */
export function renderComment(parts: readonly CommentPart[], topic: string): string {
  const body = parts.map((part) =>
    "text" in part ? escapeText(part.text) : mention(part.mention.userId, part.mention.name),
  );
  return `${body.join("")}<br>${escapeText(referenceOf(topic))}`;
}

/** What a person reads: no markup, lines kept, mentions as `@name`. */
export function plainText(content: string): string {
  const text = content
    .replace(/\r\n?/g, "\n")
    .replace(/<br\s*\/?>|<\/(p|div|li)>/gi, "\n")
    .replace(/<[^>]*>/g, "");
  return decodeEntities(text)
    .replace(/[ \t\u00a0]+$/gm, "")
    .trim();
}

/** Users mentioned, each once, in order. */
export function mentionsOf(content: string): string[] {
  const users = [...content.matchAll(/<a\s[^>]*>/gi)].flatMap(([anchor]) => {
    const isUser = /\shb_type\s*=\s*["']?user\b/i.test(anchor);
    const id = /\suser_id\s*=\s*["']?([\w-]+)/i.exec(anchor)?.[1];
    return isUser && id !== undefined ? [id] : [];
  });
  return [...new Set(users)];
}

/** The topic a plain text refers to at its end, null when it is nobody's of ours. */
export function topicOf(plain: string): string | null {
  return REFERENCE.exec(plain)?.[1] ?? null;
}

/** The plain text in front of the reference. */
export function withoutReference(plain: string): string {
  return plain.replace(REFERENCE, "").trim();
}

/** How a topic reads in a reference: itself if it is short and plain, else a hash of it. */
export function topicCode(topic: string): string {
  if (/^[\p{L}\p{N}:._|-]{1,60}$/u.test(topic)) return topic;
  return `#${createHash("sha256").update(topic).digest("hex").slice(0, 10)}`;
}

function referenceOf(topic: string): string {
  return `[KPI·${topicCode(topic)}]`;
}

function mention(userId: string, name: string): string {
  return `<a href="###" hb_type="user" user_id="${escapeText(userId)}">@${escapeText(name)}</a>`;
}

function escapeText(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;")
    .replace(/\r\n?|\n/g, "<br>");
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
};

function decodeEntities(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi, (whole, hex, digits, name) => {
    if (typeof name === "string") return ENTITIES[name.toLowerCase()] ?? whole;
    const point = typeof hex === "string" ? Number.parseInt(hex, 16) : Number(digits);
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
