import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import exceljs from "exceljs";

/**
 * LibreOffice Calc as a witness: it opens a workbook we wrote, computes every formula itself and
 * says what came out. Nothing of ours takes part in the sums.
 */

const run = promisify(execFile);
const SOFFICE = process.env["SOFFICE_PATH"] ?? "/usr/bin/soffice";
const LONGEST_RUN = 280_000;

/** What a cell holds after the recalculation. Numbers carry 15 significant digits. */
export type CalcCell =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "boolean"; readonly value: boolean }
  /** `#DIV/0!`, `#N/A`, `#NAME?`, `#NUM!`, `#REF!`, `#VALUE!`. */
  | { readonly kind: "error"; readonly value: string }
  | { readonly kind: "blank"; readonly value: null };

/** The cell at an address such as "B7". A formula that gives "" is a text, not blank. */
export type CalcSheet = (address: string) => CalcCell;

export interface CalcPresence {
  /** Leave the tests out: there is no LibreOffice, and somebody reads along. */
  readonly skip: boolean;
  readonly missing: boolean;
  /** What to say loudly when it is missing. */
  readonly untested: string;
}

/**
 * Whether LibreOffice Calc is there. Where it is not, this is said loudly and the tests may be left
 * out; in CI nobody reads along, so there {@link recalculate} fails instead.
 *
 * @example const calc = calcPresence("The workbook"); describe.skipIf(calc.skip)("…", …)
 */
export function calcPresence(what: string): CalcPresence {
  const missing = !existsSync(SOFFICE);
  const untested = notTested(what);
  const skip = missing && process.env["CI"] !== "true";
  if (skip) process.stderr.write(`\n${"!".repeat(72)}\n${untested}\n${"!".repeat(72)}\n\n`);
  return { skip, missing, untested };
}

function notTested(what: string): string {
  return `${what} was NOT TESTED against LibreOffice: there is none at ${SOFFICE}. Install libreoffice-calc-nogui, or say where it is with SOFFICE_PATH.`;
}

/**
 * Open a workbook in LibreOffice, compute every formula anew, and read what came out.
 *
 * One call takes about three seconds, for 50 000 formulas hardly more: ask for many at once. Values
 * that the file remembers are never believed, see the profile below.
 *
 * @param workbook  path of an .xlsx file, or its bytes
 * @returns worksheets by name
 */
export async function recalculate(
  workbook: string | Uint8Array,
): Promise<ReadonlyMap<string, CalcSheet>> {
  const bytes = typeof workbook === "string" ? await readFile(workbook) : workbook;
  const [sheets] = await recalculateAll([bytes]);
  if (!sheets) throw new Error("LibreOffice gave no workbook back");
  return sheets;
}

/** {@link recalculate} for several workbooks in one run. */
export async function recalculateAll(
  workbooks: readonly Uint8Array[],
): Promise<readonly ReadonlyMap<string, CalcSheet>[]> {
  if (!existsSync(SOFFICE)) throw new Error(notTested("A workbook"));
  const folder = await mkdtemp(join(tmpdir(), "kpi-loop-calc-"));
  try {
    const profile = join(folder, "profile");
    await mkdir(join(profile, "user"), { recursive: true });
    await writeFile(join(profile, "user", "registrymodifications.xcu"), PROFILE);
    const files = workbooks.map((_, index) => join(folder, `${index}.xlsx`));
    for (const [index, bytes] of workbooks.entries()) await writeFile(files[index] ?? "", bytes);
    const out = join(folder, "out");
    const { stderr } = await run(
      SOFFICE,
      [
        `-env:UserInstallation=${pathToFileURL(profile).href}`,
        ...["--headless", "--norestore", "--nolockcheck", "--convert-to", "xlsx"],
        ...["--outdir", out, ...files],
      ],
      { timeout: LONGEST_RUN },
    );
    return await Promise.all(
      files.map(async (file) => {
        const computed = join(out, basename(file));
        if (!existsSync(computed)) throw new Error(`LibreOffice could not read it: ${stderr}`);
        return readSheets(await readFile(computed));
      }),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A profile of its own for every run; `0` means: compute always, whatever the file remembers. */
const PROFILE = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
`;

async function readSheets(bytes: Uint8Array): Promise<ReadonlyMap<string, CalcSheet>> {
  const workbook = new exceljs.Workbook();
  // exceljs brings a Buffer type of its own, older than Node's.
  await workbook.xlsx.load(bytes as unknown as exceljs.Buffer);
  return new Map(
    workbook.worksheets.map((sheet) => [
      sheet.name,
      (address: string) => {
        const { formula, result, value } = sheet.getCell(address);
        // The value of a formula leaves out results that are 0 or FALSE; the cell itself has them.
        return readCell(formula && result !== undefined ? result : value);
      },
    ]),
  );
}

function readCell(value: exceljs.CellValue): CalcCell {
  if (value === null || value === undefined) return { kind: "blank", value: null };
  switch (typeof value) {
    case "number":
      return { kind: "number", value };
    case "string":
      return { kind: "text", value };
    case "boolean":
      return { kind: "boolean", value };
    default:
      return readObject(value);
  }
}

function readObject(
  value: Exclude<exceljs.CellValue, null | undefined | number | string | boolean>,
): CalcCell {
  if (value instanceof Date) return { kind: "number", value: serialDay(value) };
  if ("error" in value) return { kind: "error", value: value.error };
  if ("richText" in value) {
    return { kind: "text", value: value.richText.map(({ text }) => text).join("") };
  }
  if ("formula" in value || "sharedFormula" in value) {
    // A formula whose result is "" comes without one.
    return value.result === undefined ? { kind: "text", value: "" } : readCell(value.result);
  }
  if ("text" in value) return { kind: "text", value: value.text };
  throw new Error(`A cell of an unknown kind: ${JSON.stringify(value)}`);
}

/** A date as Excel counts it: days since 1899-12-30. */
function serialDay(date: Date): number {
  return date.getTime() / 86_400_000 + 25_569;
}
