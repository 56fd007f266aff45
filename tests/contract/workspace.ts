import { describe, it } from "vitest";
import { EXCHANGE_CHECKS } from "./exchange-checks.ts";
import { RECORD_CHECKS } from "./record-checks.ts";
import type { Stage } from "./stage.ts";
import { STRUCTURE_CHECKS } from "./structure-checks.ts";

const checks = { ...STRUCTURE_CHECKS, ...RECORD_CHECKS, ...EXCHANGE_CHECKS };

/**
 * The one definition of "a workspace": every driver's test is a call to this.
 *
 * @param cannot  checks this workspace is known to fail → why. The compiler rejects a name that is
 *   not a check, so an exemption cannot outlive its test.
 */
export function checkWorkspace(
  name: string,
  open: () => Promise<Stage>,
  cannot: Partial<Record<keyof typeof checks, string>> = {},
): void {
  describe(`workspace contract: ${name}`, () => {
    for (const [title, check] of Object.entries(checks)) {
      // The keys of `checks` are what was iterated over.
      const reason = cannot[title as keyof typeof checks];
      it.skipIf(reason)(reason ? `${title} (cannot: ${reason})` : title, async () => {
        const stage = await open();
        try {
          await check(stage);
        } finally {
          await stage.close();
        }
      });
    }
  });
}
