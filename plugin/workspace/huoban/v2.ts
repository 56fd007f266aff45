import { z } from "zod";
import { isPluginError, PluginError } from "../../errors.ts";
import { judgeV2 } from "./envelope.ts";
import type { HuobanFacts } from "./facts.ts";
import type { Http, VendorCall } from "./http.ts";

/** The vendor's older interface, the only one known for tables and comments (reference, 7). */
export interface V2 {
  call(call: VendorCall): Promise<unknown>;
}

const Ticket = z.looseObject({ ticket: z.string().min(1) });
/** Ask for a new ticket this long before the old one ends. */
const MARGIN_MS = 5 * 60_000;

/** v2 with the credential of an enterprise application: a ticket is fetched, kept and renewed. */
export function openV2(options: {
  readonly http: Http;
  readonly application: { readonly id: string; readonly secret: string };
  readonly facts: HuobanFacts;
  readonly now: () => Date;
}): V2 {
  const { http, application, facts, now } = options;
  http.hide(application.secret);
  let kept: { readonly ticket: Promise<string>; readonly until: number } | null = null;

  function ticket(): Promise<string> {
    if (kept !== null && now().getTime() < kept.until) return kept.ticket;
    const fetched = fetchTicket();
    const entry = {
      ticket: fetched,
      until: now().getTime() + facts.ticketSeconds * 1000 - MARGIN_MS,
    };
    kept = entry;
    // Whoever asked gets the failure; the next one asks again.
    fetched.catch(() => {
      if (kept === entry) kept = null;
    });
    return fetched;
  }

  async function fetchTicket(): Promise<string> {
    const reply = await http.send(
      {
        operation: "v2/ticket",
        method: "POST",
        path: "/v2/ticket",
        body: {
          application_id: application.id,
          application_secret: application.secret,
          expired: facts.ticketSeconds,
        },
        repeatable: true,
      },
      { headers: {}, judge: judgeV2 },
    );
    const parsed = Ticket.safeParse(reply);
    if (!parsed.success) {
      const details = { operation: "v2/ticket", reason: "member ticket" };
      throw new PluginError("workspace/unreadable-reply", details);
    }
    http.hide(parsed.data.ticket);
    return parsed.data.ticket;
  }

  async function send(call: VendorCall): Promise<unknown> {
    const headers = { "X-Huoban-Ticket": await ticket() };
    return http.send(call, { headers, judge: judgeV2 });
  }

  return {
    async call(call) {
      const used = kept;
      try {
        return await send(call);
      } catch (error) {
        // A ticket may end before its time. Refused calls did nothing, so even a create may repeat.
        if (!isPluginError(error, "workspace/unauthorized") || used === null) throw error;
        if (kept === used) kept = null;
        return send(call);
      }
    },
  };
}
