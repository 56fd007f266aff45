import { expect, it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import { gateScore, type Gate } from "../../plugin/kpi/gate.ts";
import type { Direction, ItemScore, Measured } from "../../plugin/kpi/model.ts";

const d = (text: string) => new Decimal(text);
const ok = (value: string): Measured => ({ status: "OK", value: d(value), reasons: [] });
const item = (value: string): ItemScore => ({
  score: ok(value),
  raw: d(value),
  limitedBy: null,
  reached: true,
});
const gate = (actual: Measured, direction: Direction = "higher"): Gate => ({
  name: "CSAT",
  direction,
  line: d("4.5"),
  limit: d("100"),
  actual,
});

it.each<[string, string, Direction, string, "gate" | null]>([
  ["110", "4.3", "higher", "100", "gate"],
  ["110", "4.5", "higher", "110", null],
  ["110", "4.6", "higher", "110", null],
  ["100", "4.3", "higher", "100", null],
  ["80", "4.3", "higher", "80", null],
  ["110", "4.6", "lower", "100", "gate"],
  ["110", "4.5", "lower", "110", null],
])("holds %s with the gate at %s (%s is better): %s", (own, actual, direction, value, by) => {
  const held = gateScore(item(own), gate(ok(actual), direction));

  expect(held.score).toMatchObject({ status: "OK", value: d(value) });
  expect(held.limitedBy).toBe(by);
  expect(held.raw).toEqual(d(own));
  expect(held.score.reasons).toEqual(
    by === null
      ? []
      : [{ code: "gate_below", details: { name: "CSAT", line: "4.5", limit: "100" } }],
  );
});

it.each([
  ["has no data", gate({ status: "NO_DATA", reasons: [] })],
  ["has no worse side", gate(ok("3"), "target")],
])("changes nothing when the gate %s, and says so", (_what, unknown) => {
  const held = gateScore(item("110"), unknown);

  expect(held).toMatchObject({ score: { value: d("110") }, limitedBy: null });
  expect(held.score.reasons).toEqual([{ code: "gate_unknown", details: { name: "CSAT" } }]);
});

it("leaves a missing score alone", () => {
  const missing: ItemScore = {
    score: { status: "NO_DATA", reasons: [] },
    raw: null,
    limitedBy: null,
    reached: null,
  };

  expect(gateScore(missing, gate(ok("3")))).toBe(missing);
});
