import { bodyLimit } from "hono/body-limit";
import { Hono } from "hono";
import { z } from "zod";
import type { Automation } from "../automation/automation.ts";
import { PluginError } from "../errors.ts";
import { sameSecret } from "./session.ts";

const MAX_BYTES = 1_048_576;

/** What hosts send to check an address: a challenge, and no event beside it. */
const Challenge = z.looseObject({
  challenge: z.string(),
  event: z.undefined().optional(),
  event_type: z.undefined().optional(),
  data: z.undefined().optional(),
});

/**
 * `POST /hooks/huoban/:secret`: a delivery of the workspace.
 *
 * The bytes are on disk before the answer; nothing is parsed or done here, so the host never waits
 * and a delivery we cannot read is kept for a person to look at.
 */
export function hookRoutes(deps: {
  readonly automation: Pick<Automation, "receive">;
  readonly webhookSecret: string;
}): Hono {
  const limit = bodyLimit({
    maxSize: MAX_BYTES,
    onError: () => {
      throw new PluginError("request/too-large", { limit: MAX_BYTES });
    },
  });
  return new Hono().post("/huoban/:secret", limit, async (context) => {
    if (!sameSecret(context.req.param("secret"), deps.webhookSecret)) {
      // The same answer as for an address that does not exist.
      throw new PluginError("request/not-found", { what: "route", name: "/hooks" });
    }
    const raw = new Uint8Array(await context.req.arrayBuffer());
    const challenge = Challenge.safeParse(jsonOf(raw));
    if (challenge.success) return context.json({ challenge: challenge.data.challenge });
    return context.json({ delivery: deps.automation.receive(raw) });
  });
}

function jsonOf(raw: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(raw)) as unknown;
  } catch {
    // Not JSON: certainly no challenge. The worker says what is wrong with it.
    return null;
  }
}
