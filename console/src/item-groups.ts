import type { SheetDetail } from "../../plugin/server/api.ts";
import type { ItemView } from "./contract.ts";
import { compareDecimals } from "./decimals.ts";

/** Items that stand together on a sheet. */
export interface ItemGroup {
  readonly key: string;
  /** `plain`: a sheet without sections · `rest`: what belongs to none of them. */
  readonly kind: "plain" | "section" | "rest" | "extra";
  /** The section; null for every other kind. */
  readonly section: SheetDetail["sections"][number] | null;
  /** What weighs most comes first. */
  readonly items: readonly ItemView[];
}

/** A sheet's items by section, then those of no section, then plus and minus items. */
export function itemGroups(
  sheet: Pick<SheetDetail, "sections" | "itemViews">,
): readonly ItemGroup[] {
  const items = [...sheet.itemViews].sort((a, b) => compareDecimals(b.weight, a.weight));
  const weighted = items.filter(({ role }) => role === "weighted");
  const extra = items.filter(({ role }) => role === "extra");
  const known = new Set(sheet.sections.map(({ id }) => id));
  const groups: readonly ItemGroup[] = [
    ...sheet.sections.map((section) => ({
      key: section.id,
      kind: "section" as const,
      section,
      items: weighted.filter((item) => item.section === section.id),
    })),
    {
      key: "rest",
      kind: known.size === 0 ? "plain" : "rest",
      section: null,
      items: weighted.filter((item) => item.section === null || !known.has(item.section)),
    },
    { key: "extra", kind: "extra", section: null, items: extra },
  ];
  return groups.filter((group) => group.items.length > 0);
}
