import { createDecipheriv, createHash } from "node:crypto";
import type { NewField } from "../workspace.ts";
import { fieldBody } from "./field-bodies.ts";

/**
 * Everything about Huoban that public sources leave open, one setting each.
 *
 * A first session with a real tenant corrects a wrong guess here (or in a setting that overrides
 * it) and nowhere else. "Section" is the section of the platform reference the guess comes from.
 */
export interface HuobanFacts {
  /** Header value that carries the API key; some clients send the bare key. Section 2.1. */
  readonly authorization: (apiKey: string) => string;

  /** Member list, tried in order until one is known; `{space}` is replaced. Section 4.1, call 2. */
  readonly membersPaths: readonly string[];
  /** Body of the member list. Section 4.2 gives none. */
  readonly membersBody: (page: { space: string; limit: number; offset: number }) => unknown;
  /** Section 4.1, call 16. */
  readonly subscribePath: string;
  /** Section 4.1, call 17. */
  readonly unsubscribePath: string;
  /** Event names; `item.delete` is not proven. Section 4.8. */
  readonly events: { readonly create: string; readonly update: string; readonly delete: string };
  /**
   * Views have no public endpoint (section 10): null. A host that takes `{views: […]}`, each with
   * `name`, `visible_field_ids`, `order_by` and `filter`, in a PUT has its path here; `{table}` is
   * replaced.
   */
  readonly viewsPath: string | null;

  /** Rows asked for per page; the host may silently give fewer. Section 3.3. */
  readonly pageCap: number;
  /** Rows per batch upsert and delete; only batch *create* is documented (100). Section 3.3. */
  readonly batchSize: number;
  /** Ids in one `item_id in […]`; no limit is known. Section 5. */
  readonly idsPerFilter: number;
  /** How a datetime is written and filtered on: wall clock of the space, or epoch ms. Section 6.3. */
  readonly datetimes: "wall-clock" | "epoch-ms";
  /** How a switch is written. Section 6.3. */
  readonly checkboxes: "number" | "boolean";
  /** How an option, user, relation or file field is emptied. Section 6.3, "clear". */
  readonly emptyIds: "empty-array" | "null";
  /** Whether a `date` field of this config holds a time of day. Section 6.1. */
  readonly isDatetime: (config: Readonly<Record<string, unknown>>) => boolean;
  /**
   * Largest absolute value a percent field takes: 10 = 1000 %. Above it "92" is more likely to mean
   * 92 % than 9200 %, which the host would store without a word. Section 6.3, percent.
   */
  readonly percentLimit: number;

  /** Vendor codes: bad key or no right to the space. Section 3.2. */
  readonly unauthorizedCodes: readonly number[];
  /** Vendor codes: table or record unknown, deleted or out of reach. Section 3.2. */
  readonly missingCodes: readonly number[];
  /** Vendor codes: wrong path or method. Section 3.2. */
  readonly unknownMethodCodes: readonly number[];
  /** Vendor codes: slow down. None is known; HTTP 429 always counts. Section 3.2. */
  readonly rateLimitCodes: readonly number[];
  /** Vendor codes: the host's own trouble, worth another try. Section 3.2. */
  readonly transientCodes: readonly number[];

  /** Life we ask for a v2 ticket, in seconds. Section 2.2. */
  readonly ticketSeconds: number;
  /** v2 shape of a new field; calculation, money, percent … are not captured. Sections 6.2, 7.1. */
  readonly newField: (field: NewField) => { type: string; config: Record<string, unknown> };
  /** Rows per page of v2 lists. Section 3.3. */
  readonly v2PageCap: number;

  /** Open an encrypted callback: text inside `encrypted`, and the key's Encrypt Key. Section 9. */
  readonly decrypt: (encrypted: string, encryptKey: string) => string;

  /** How long a table's configuration is trusted before it is read again. Section 10. */
  readonly tableMaxAgeMs: number;
  /**
   * The same where no row of a page shows some field: the host leaves out empty fields, and so it
   * would a deleted one, which must not pass for empty. Section 4.4.
   */
  readonly bareTableMaxAgeMs: number;
  /** How long an accepted batch may take until its rows can be read. Section 4.6. */
  readonly batchDeadlineMs: number;
  /** How long we wait before sending again the rows of a batch that do not appear. Section 4.6. */
  readonly batchResendMs: number;
}

export const HUOBAN_FACTS: HuobanFacts = {
  authorization: (apiKey) => `Bearer ${apiKey}`,
  membersPaths: ["/openapi/v1/space/{space}/members", "/openapi/v1/space/member/list"],
  membersBody: ({ space, limit, offset }) => ({ space_id: space, limit, offset }),
  subscribePath: "/openapi/v1/event/subscribe",
  unsubscribePath: "/openapi/v1/event/unsubscribe",
  events: { create: "item.create", update: "item.update", delete: "item.delete" },
  viewsPath: null,
  pageCap: 100,
  batchSize: 100,
  idsPerFilter: 100,
  datetimes: "wall-clock",
  checkboxes: "number",
  emptyIds: "empty-array",
  isDatetime: (config) =>
    config["type"] === "datetime" ||
    config["display_mode"] === "datetime" ||
    config["date_type"] === "datetime",
  percentLimit: 10,
  unauthorizedCodes: [100],
  missingCodes: [3500002],
  unknownMethodCodes: [501],
  rateLimitCodes: [429],
  transientCodes: [500],
  ticketSeconds: 1_209_600,
  newField: fieldBody,
  v2PageCap: 100,
  decrypt: openLikeFeishu,
  tableMaxAgeMs: 30_000,
  bareTableMaxAgeMs: 3_000,
  batchDeadlineMs: 60_000,
  batchResendMs: 5_000,
};

/**
 * AES-256-CBC, key = SHA-256 of the Encrypt Key, first 16 bytes = IV, PKCS#7.
 *
 * The page and member names of Huoban's documentation are those of this scheme; the mapping itself
 * is inferred (section 9).
 */
function openLikeFeishu(encrypted: string, encryptKey: string): string {
  const bytes = Buffer.from(encrypted, "base64");
  const key = createHash("sha256").update(encryptKey).digest();
  const cipher = createDecipheriv("aes-256-cbc", key, bytes.subarray(0, 16));
  return Buffer.concat([cipher.update(bytes.subarray(16)), cipher.final()]).toString("utf8");
}
