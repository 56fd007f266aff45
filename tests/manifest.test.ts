import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { z } from "zod";
import { keyFieldOf, type PackTable } from "../plugin/install/pack.ts";
import { availablePacks, readPacks } from "../plugin/install/read-packs.ts";

const Words = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });
const Manifest = z.strictObject({
  id: z.literal("kpi-loop"),
  version: z.string(),
  names: Words,
  description: Words,
  permissions: z.array(
    z.strictObject({
      name: z.enum(["records.read", "records.write", "structure", "comments", "events", "members"]),
      required: z.boolean(),
      reason: Words,
    }),
  ),
  packs: z.array(z.string()),
  tables: z.array(
    z.strictObject({
      pack: z.string(),
      table: z.string(),
      /** `check`: read, and only the check result is written. */
      access: z.enum(["read", "check", "write"]),
    }),
  ),
  events: z.array(z.enum(["record.create", "record.update", "record.delete"])),
  automations: z.array(
    z.strictObject({
      id: z.string().regex(/^[a-z-]+$/),
      trigger: z.enum(["record", "score"]),
      names: Words,
      does: Words,
    }),
  ),
  settings: z.record(
    z.string(),
    z.strictObject({
      type: z.enum(["string", "number"]),
      enum: z.array(z.string()).optional(),
      pattern: z.string().optional(),
      minimum: z.number().optional(),
      maximum: z.number().optional(),
      default: z.union([z.string(), z.number()]),
    }),
  ),
});

const read = (file: string): unknown => JSON.parse(readFileSync(file, "utf8"));
const manifest = Manifest.parse(read("manifest.json"));
const packs = readPacks("templates", availablePacks("templates"));

it("has the version of the package", () => {
  const { version } = z.object({ version: z.string() }).parse(read("package.json"));

  expect(manifest.version).toBe(version);
});

it("names every pack there is, and nothing else", () => {
  expect([...manifest.packs].sort()).toEqual(availablePacks("templates"));
});

it("names every table of its packs, and the fields it writes are the engine's own", () => {
  const accessOf = (table: PackTable) => {
    const outputs = Object.entries(table.fields).filter(([, field]) => field.output);
    if (table.group === "result") return "write";
    return outputs.length > 0 ? "check" : "read";
  };
  const expected = packs.flatMap((pack) =>
    [...pack.tableOf].map(([key, table]) => ({
      pack: pack.id,
      table: key,
      access: accessOf(table),
    })),
  );

  expect(manifest.tables).toEqual(expected);
});

it("describes the settings that the core pack installs, with the same defaults", () => {
  const core = packs.find((pack) => pack.id === "core");
  const rows = Object.entries(core?.rowsOf.get("settings") ?? {}).map(([key, row]) => {
    const value = row["value"];
    return [key, typeof value === "object" && "zh" in value ? value.zh : value];
  });
  const defaults = Object.entries(manifest.settings).map(([key, setting]) => [
    key,
    String(setting.default),
  ]);

  expect(keyFieldOf(core!.tableOf.get("settings")!)).toBe("key");
  expect(defaults).toEqual(rows);
});
