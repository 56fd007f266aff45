import type { Log } from "../../log.ts";
import { say, type Locale } from "../../words/words.ts";
import { openCallbacks, type Deliver } from "./callbacks.ts";
import { openConversations } from "./conversations.ts";
import { createGrid, type Grid } from "./grid.ts";
import { openIdentities } from "./identities.ts";
import { openJobs } from "./jobs.ts";
import { openQueries } from "./query.ts";
import { openRecords } from "./records.ts";
import { createReshape } from "./reshape.ts";
import { createRest, type Route } from "./rest.ts";
import { v1Routes } from "./rest-v1.ts";
import { createTickets, TICKET_PATH, v2Routes } from "./rest-v2.ts";
import { DEFAULT_SETTINGS, noFaults, type EmbeddedSettings, type Faults } from "./settings.ts";
import { createIds, openStore, type Store } from "./store.ts";
import { openStructure } from "./structure.ts";
import { createWallClock } from "./wall-clock.ts";
import { createWire } from "./wire.ts";

export type { Delivery } from "./callbacks.ts";
export type { EmbeddedSettings, Faults } from "./settings.ts";
export type {
  Grid,
  GridCell,
  GridChange,
  GridField,
  GridRecord,
  GridTable,
  GridView,
} from "./grid.ts";

export interface EmbeddedOptions {
  /** Path of the workspace's own database, or ":memory:". */
  readonly file: string;
  /** IANA name, e.g. "Asia/Shanghai": the wall clock of everything on the wire. */
  readonly timeZone: string;
  readonly now: () => Date;
  readonly log: Log;
  readonly apiKey: string;
  readonly application: { readonly id: string; readonly secret: string };
  /** Address that belongs to the API key; callbacks wait until there is one. */
  readonly callbackUrl: string | null;
  /** Carry one callback there; true when the receiver has it. Retried until it says so. */
  readonly deliver: Deliver | null;
  readonly settings?: Partial<EmbeddedSettings>;
  /** Language of refusals and of the few names the workspace gives itself; zh-CN unless told. */
  readonly locale?: Locale;
}

export interface Embedded {
  /** Answer one request of Huoban's REST API. */
  fetch(request: Request): Promise<Response>;
  readonly grid: Grid;
  /** Change its members to make things go wrong. */
  readonly faults: Faults;
  readonly spaceId: string;
  /** Callbacks nobody has confirmed yet. */
  pendingDeliveries(): number;
  /** Resolves when accepted batches are applied and waiting callbacks were tried. */
  idle(): Promise<void>;
  setDeliver(deliver: Deliver | null, callbackUrl: string | null): void;
  close(): Promise<void>;
}

/**
 * Open a workspace that lives in one SQLite file and speaks Huoban's REST.
 *
 * It answers OpenAPI v1 (reference 4.1: calls 1–17; 2, 14, 16 and 17 under paths of the settings)
 * with `Open-Authorization: Bearer <key>` or the bare key, and the part of v2 that makes tables,
 * comments and notifications, with `X-Huoban-Ticket`. Every id on the wire is a string.
 *
 * ## Where the host's own shapes are not public
 *
 * **Fields** are created by `POST /v2/table/space/{id}` and `PUT /v2/table/{id}`, as
 * `{field_id?, name, alias, type, required?, unique?, description?, config}`; `required` and
 * `unique` may also stand in `config`. By type:
 *
 * | field | `type` | `config` |
 * | --- | --- | --- |
 * | text, long text | `text` | `{type: "input" \| "textarea" \| "rich"}` |
 * | number, percent | `number` | `{display_mode: "number" \| "percent"}` or `{is_percent: 1}` |
 * | money, checkbox, attachment | `money`, `bool`, `file` | `{}` |
 * | date, date-time | `date` | `{type: "date" \| "datetime"}` |
 * | option | `category` | `{type: "single" \| "multi", options: [{id?, name, color?}]}` |
 * | user | `user` | `{type: "single" \| "multi"}` |
 * | relation | `relation` | `{table_id, type: "single" \| "multi"}` |
 * | calculation | `calculation` | `{script: {code: "=price*quantity"}}`, names or aliases of fields |
 * | auto number | `auto_number` | `{compose: {prefix?, digits?}}` |
 *
 * `is_multi: 0 | 1` does the same as `type: "single" | "multi"`. Option ids that are sent are kept.
 * `item_title` of a table names the field whose value is a record's title; else it is the first
 * text field.
 *
 * **Changing a table**: `PUT /v2/table/{id}` with any of `name`, `alias`, `item_title`, `fields`,
 * `delete_field_ids`, `views`. Fields with `_new: true` or an unknown `field_id` are created,
 * known ones renamed or extended (options: known id → renamed, unknown id or name → added), and
 * those not mentioned left alone. The type of a field never changes.
 *
 * **Views** (no public API): `views: [{name, visible_field_ids, order_by: [{field, sort}], filter}]`
 * in both calls; views whose name exists are left alone. Replies of v2 tables list them with
 * `view_id`.
 *
 * **Replies**: batch calls give `data.job_id`; the outcome is pushed as event `item.batch_result`
 * with `data: {job_id, operation, succeeded: [{index, item_id, action}], failed: [{index, code,
 * message}]}`. `GET /v2/comments/item/{id}` gives `{total, comments}`, oldest first;
 * `GET /v2/space/{id}/members` gives `{total, members}`; `GET /v2/tables/space/{id}` a bare list.
 * A failed calculation reads as `null`. Refusals use the codes of `refusals.ts`.
 */
export function openEmbedded(options: EmbeddedOptions): Embedded {
  const { now, log, apiKey, application } = options;
  const locale = options.locale ?? "zh-CN";
  const settings: EmbeddedSettings = { ...DEFAULT_SETTINGS, ...options.settings };
  const faults = noFaults();
  const db = openStore(options.file);
  const spaceId = ownSpace(db);
  const clock = createWallClock(options.timeZone);

  const structure = openStructure(db);
  const identities = openIdentities(db, locale);
  const { deliver, callbackUrl: url } = options;
  const callbacks = openCallbacks({ db, settings, faults, now, log, deliver, url });
  const records = openRecords({
    db,
    structure,
    identities,
    outbound: callbacks,
    clock,
    now,
    locale,
  });
  const queries = openQueries({ db, structure, records, identities, clock, now });
  const jobs = openJobs({ db, structure, records, queries, callbacks, locale, log });
  const conversations = openConversations({ db, records, identities, now });
  const wire = createWire({ settings, clock, identities, records });
  const reshape = createReshape({ db, structure, records, clock, locale, now });
  const tickets = createTickets(db, now);

  const routes = [
    ...v1Routes({
      spaceId,
      spaceName: say(locale, "embedded.space"),
      structure,
      records,
      queries,
      jobs,
      callbacks,
      identities,
      wire,
      clock,
      settings,
      faults,
      now,
    }),
    ...v2Routes({
      application,
      spaceId,
      structure,
      reshape,
      conversations,
      identities,
      tickets,
      wire,
      clock,
    }),
  ];

  function authorize(route: Route, headers: Headers): boolean {
    if (route.path === TICKET_PATH) return true;
    if (route.reply === "bare") return tickets.isValid(headers.get("x-huoban-ticket"));
    const given = headers.get("open-authorization") ?? "";
    return given.replace(/^Bearer\s+/i, "") === apiKey;
  }

  async function idle(): Promise<void> {
    // A callback's receiver may write again, and so on.
    while (jobs.isBusy() || callbacks.isBusy()) {
      await jobs.idle();
      await callbacks.idle();
    }
  }

  return {
    fetch: createRest({ routes, authorize, settings, faults, locale, now, log }),
    grid: createGrid({
      db,
      structure,
      records,
      queries,
      identities,
      conversations,
      clock,
      locale,
    }),
    faults,
    spaceId,
    pendingDeliveries: () => callbacks.pending(),
    idle,
    setDeliver: (next, callbackUrl) => callbacks.setDeliver(next, callbackUrl),
    async close() {
      await jobs.close();
      await callbacks.close();
      db.close();
    },
  };
}

/** The one space of this file; it keeps its id. */
function ownSpace(db: Store): string {
  const find = db.prepare<[], { value: string }>("SELECT value FROM meta WHERE name = 'space'");
  const known = find.get()?.value;
  if (known !== undefined) return known;
  const id = String(createIds(db).take("space"));
  db.prepare("INSERT INTO meta VALUES ('space', ?)").run(id);
  return id;
}
