import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { PluginError } from "../errors.ts";
import { checkPacks } from "./check-pack.ts";
import { packInvalid, PackHead, PackRows, PackTable, type Pack } from "./pack.ts";

/**
 * Read packs and everything they require, each after what it requires.
 *
 * @param templates  folder with one folder per pack
 * @throws install/pack-unknown · install/pack-invalid with file, path and reason
 */
export function readPacks(templates: string, ids: readonly string[]): readonly Pack[] {
  const packs = new Map<string, Pack>();
  const visit = (id: string, waiting: readonly string[]) => {
    if (packs.has(id)) return;
    const pack = readPack(templates, id);
    for (const required of pack.requires) {
      if (required === id || waiting.includes(required)) {
        throw packInvalid(`${id}/pack.yaml`, "requires", `${required} requires this pack in turn`);
      }
      visit(required, [...waiting, id]);
    }
    packs.set(id, pack);
  };
  for (const id of ids) visit(id, []);
  const ordered = [...packs.values()];
  checkPacks(ordered);
  return ordered;
}

/** Ids of the packs in a folder. */
export function availablePacks(templates: string): readonly string[] {
  return readdirSync(templates, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(templates, entry.name, "pack.yaml")))
    .map((entry) => entry.name)
    .sort();
}

function readPack(templates: string, id: string): Pack {
  const available = availablePacks(templates);
  if (!available.includes(id)) {
    throw new PluginError("install/pack-unknown", { pack: id, available: available.join(", ") });
  }
  const digest = createHash("sha256");
  const read = <T>(file: string, schema: z.ZodType<T>): T => {
    const path = join(templates, id, file);
    if (!existsSync(path)) {
      throw packInvalid(`${id}/pack.yaml`, file.replace(/\/.*/, ""), `there is no file ${file}`);
    }
    const text = readFileSync(path, "utf8");
    digest.update(`${file}\n${text}\n`);
    return parsePackFile(`${id}/${file}`, text, schema);
  };
  const head = read("pack.yaml", PackHead);
  if (head.id !== id) throw packInvalid(`${id}/pack.yaml`, "id", `the folder is called "${id}"`);
  const tableOf = new Map(head.tables.map((key) => [key, read(`tables/${key}.yaml`, PackTable)]));
  const rowsOf = new Map(head.rows.map((key) => [key, read(`rows/${key}.yaml`, PackRows)]));
  return { ...head, tableOf, rowsOf, digest: digest.digest("hex") };
}

/** Parse one file of a pack: YAML without type guessing, then the schema, naming what is wrong. */
export function parsePackFile<T>(file: string, text: string, schema: z.ZodType<T>): T {
  const lines = new LineCounter();
  const document = parseDocument(text, { schema: "failsafe", lineCounter: lines, strict: true });
  const flaw = document.errors[0] ?? document.warnings[0];
  if (flaw)
    throw packInvalid(
      file,
      `line ${lines.linePos(flaw.pos[0]).line}`,
      flaw.message.split("\n")[0] ?? flaw.code,
    );
  const parsed = schema.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  const [first, ...others] = parsed.error.issues;
  const also = others.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw packInvalid(
    file,
    first?.path.join(".") || "top level",
    [first?.message ?? "", ...also].join("; "),
  );
}
