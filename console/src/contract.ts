import type {
  Choice as ChoiceSchema,
  GridRecord,
  SheetDetail,
  Why,
} from "../../plugin/server/api.ts";

/** Parts of the API's answers that the screens pass around by themselves. */
export type ItemView = SheetDetail["itemViews"][number];
export type WhyRecord = Why["records"][number];
export type WhySource = Why["sources"][number];
export type GridCell = GridRecord["cells"][string];
export type GridValue = GridCell["value"];
export type Choice = (typeof ChoiceSchema)["_output"];
