import { afterEach, beforeEach, expect, it } from "vitest";
import { openStage, rowsOf, type Stage } from "./stage.ts";

let stage: Stage;
beforeEach(() => {
  stage = openStage();
});
afterEach(() => stage.close());

it("tries", async () => {
  const t = Date.now();
  const result = await stage.install(["sales"]);
  console.log(result, Date.now() - t, stage.requests.length);
  const k = await rowsOf(stage, "sources", "key");
  console.log([...k].map(([key, r]) => [key, r.cells]));
  console.log((await rowsOf(stage, "schemes", "code")).get("SALES_REP|GROWTH"));
  console.log((await rowsOf(stage, "kpis", "code")).get("DISCOUNT"));
  const n = stage.requests.length;
  const again = await stage.install(["sales"]);
  console.log(again, stage.requests.slice(n));
  expect(again.nothingToDo).toBe(true);
});
