import { beforeAll, describe, expect, it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import { impliedDirection } from "../../plugin/kpi/direction.ts";
import { parseMethod } from "../../plugin/kpi/methods.ts";
import type { Measured } from "../../plugin/kpi/model.ts";
import { isMethodCode } from "../../plugin/kpi/parameters.ts";
import { scoreItem } from "../../plugin/kpi/score.ts";
import type { WorkbookItem } from "../../plugin/report/workbook/facts.ts";
import { buildWorkbook } from "../../plugin/report/workbook/workbook.ts";
import { workbookFile } from "../../plugin/server/workbook-file.ts";
import { say } from "../../plugin/words/words.ts";
import scoreCases from "../fixtures/score-cases.json" with { type: "json" };
import { calcPresence, recalculate, type CalcCell, type CalcSheet } from "./calc.ts";
import { compare, type Comparison } from "./compare.ts";
import { plainSheet } from "./random-sheets.ts";

const calc = calcPresence("The worked cases of the specification");
/** Where the first item of a sheet stands. */
const FIRST_ROW = 5;

type Case = (typeof scoreCases)[number];

function itemOf({ id, method: code, params, ...given }: Case): WorkbookItem {
  if (!isMethodCode(code)) throw new Error(`${id}: no such method`);
  const parsed = parseMethod({ code, parameters: params, direction: null });
  if (!parsed.ok) throw new Error(`${id}: ${JSON.stringify(parsed.problems)}`);
  const { method } = parsed;
  const target = given.target === null ? null : new Decimal(given.target);
  const actual: Measured =
    given.actual === null
      ? { status: "NO_DATA", reasons: [] }
      : { status: "OK", value: new Decimal(given.actual), reasons: [] };
  const judgement = {
    ...{ method, actual, target },
    direction: impliedDirection(method, target) ?? ("higher" as const),
  };
  const score = scoreItem(judgement);
  return {
    kpi: { code: id, name: id, unit: "", decimals: 2 },
    ...judgement,
    score,
    weighed: { key: id, weight: new Decimal(1), score: score.score, missing: "EXCLUDE" },
  };
}

/** The specification, LibreOffice and the engine: three that have to say the same. */
describe.skipIf(calc.skip)("the worked cases of the specification in LibreOffice", () => {
  let compared: Comparison;
  let sheet: CalcSheet;

  beforeAll(async () => {
    const workbook = buildWorkbook([plainSheet("Cases", scoreCases.map(itemOf))], "en-US");
    const computed = await recalculate(await workbookFile(workbook));
    compared = compare(workbook, computed);
    sheet = computed.get("Cases") ?? (() => ({ kind: "blank", value: null }));
  });

  it("come out as the engine has them", () => {
    expect(compared.differences).toEqual([]);
  });

  it.each(scoreCases.map((one, place) => [one.id, one, place] as const))(
    "%s comes out as the specification has it",
    (_id, { expected }, place) => {
      const found: CalcCell = sheet(`G${FIRST_ROW + place}`);

      if ("value" in expected && expected.value !== undefined) {
        expect(found.kind).toBe("number");
        expect(Number(found.value)).toBeCloseTo(Number(expected.value), 4);
      } else {
        expect(found).toEqual({ kind: "text", value: say("en-US", `status.${expected.status}`) });
      }
    },
  );
});
