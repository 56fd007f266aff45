import { z } from "zod";
import * as shapes from "./api.ts";
import type { ServerDeps } from "./deps.ts";
import { examine } from "./doctor.ts";
import { answerInLines } from "./lines.ts";
import { operation } from "./operation.ts";

const SHOWN_UNASSIGNED = 200;

const LINES = ["application/x-ndjson"];

/** Looking after the plugin: health, doctor, recompute, reconcile, retry. */
export function operationRoutes(deps: ServerDeps) {
  const { automation } = deps;
  return {
    health: operation({
      summary: "Is the server there?",
      answer: shapes.Health,
      run: () => ({ ok: true, version: deps.version }),
    }),

    operations: operation({
      summary: "What waits, what failed, what a person should look at",
      answer: shapes.Operations,
      run: ({ locale }): shapes.Operations => {
        const health = automation.health();
        return {
          ...health,
          failed: [...health.failed],
          unassignedRecords: automation.views.unassigned(SHOWN_UNASSIGNED, locale),
          configProblems: automation.views
            .configProblems(locale)
            .map(({ text, ...row }) => ({ ...row, problem: text })),
        };
      },
    }),

    retry: operation({
      summary: "Try a failed delivery or write again",
      answer: z.object({}),
      run: ({ param }) => {
        automation.retry(param("id"));
        return {};
      },
    }),

    recompute: operation({
      summary: "Compute everything anew from the source records and compare",
      answer: shapes.RecomputeLine,
      answerTypes: LINES,
      run: ({ locale }) =>
        answerInLines((report) => automation.recompute(report), { ...deps, locale }),
    }),

    reconcile: operation({
      summary: "Fetch what deliveries may have missed (all records with mode=full)",
      query: z.object({ mode: z.enum(["since", "full"]).default("since") }),
      answer: shapes.Reconciled,
      run: ({ query }) => automation.reconcile(query.mode),
    }),

    doctor: operation({
      summary: "Is everything in order, and what to do if not",
      answer: shapes.Doctor,
      run: ({ locale }) => examine(deps, locale),
    }),
  };
}
