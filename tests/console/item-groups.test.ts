import { describe, expect, it } from "vitest";
import type { ItemView } from "../../console/src/contract.ts";
import { itemGroups } from "../../console/src/item-groups.ts";

const item = (code: string, weight: string, more: Partial<ItemView> = {}): ItemView => ({
  id: code,
  kpi: { id: code, code, name: code, nameEn: "", unit: "", decimals: 0, direction: "higher" },
  kpiVersion: "",
  inputs: [],
  target: "1",
  targetUsed: "1",
  section: null,
  role: "weighted",
  targetBasis: "",
  actual: "1",
  score: "100",
  weight,
  share: "0",
  contribution: "0",
  status: "OK",
  reasons: [],
  reached: true,
  ...more,
});
const section = (id: string) => ({ id, name: id, share: "0.5", score: "90", text: "" });
const shown = (...given: Parameters<typeof itemGroups>) =>
  itemGroups(...given).map(({ kind, section: part, items }) => [
    kind,
    part?.id ?? null,
    items.map(({ id }) => id),
  ]);

describe("the items of a sheet", () => {
  it("without sections are one plain group, the heaviest first", () => {
    const itemViews = [item("a", "9"), item("b", "10.5"), item("c", "10")];

    expect(shown({ sections: [], itemViews })).toEqual([["plain", null, ["b", "c", "a"]]]);
  });

  it("stand under their sections in the order of these, then the rest, then plus and minus", () => {
    const itemViews = [
      item("bonus", "0", { role: "extra", section: "two" }),
      item("loose", "5"),
      item("stale", "50", { section: "gone" }),
      item("a", "10", { section: "two" }),
      item("b", "30", { section: "one" }),
      item("c", "40", { section: "two" }),
    ];

    expect(shown({ sections: [section("one"), section("two")], itemViews })).toEqual([
      ["section", "one", ["b"]],
      ["section", "two", ["c", "a"]],
      ["rest", null, ["stale", "loose"]],
      ["extra", null, ["bonus"]],
    ]);
  });

  it("are all there, and no group is empty", () => {
    const itemViews = [item("bonus", "0", { role: "extra" })];

    expect(shown({ sections: [section("one")], itemViews })).toEqual([["extra", null, ["bonus"]]]);
    expect(shown({ sections: [], itemViews: [] })).toEqual([]);
  });
});
