import type { Decimal } from "../../decimal.ts";
import { fixed, Grid, onSheet, type Worksheet } from "./grid.ts";

/** One line: what it is about, and up to three figures in the columns D, E and F. */
export interface RegisterLine {
  readonly label: string;
  readonly value?: Decimal | null;
  readonly to?: Decimal | null;
  readonly score?: Decimal | null;
  /** Text in the place of the first figure. */
  readonly text?: string;
}

/** References to the figures of an entry, by line. */
export interface Entry {
  value(line: number): string;
  to(line: number): string;
  score(line: number): string;
}

const FIRST_ROW = 4;

/**
 * A worksheet of inputs that grows entry by entry: the rules, or the other figures a formula reads.
 * An entry under a key that is there already is not written twice.
 */
export class Register {
  private readonly grid: Grid;
  private readonly entries = new Map<string, Entry>();
  private row = FIRST_ROW;

  constructor(name: string, heading: { title: string; note: string; columns: readonly string[] }) {
    this.grid = new Grid(name);
    this.grid.text("A1", heading.title, "title");
    this.grid.text("A2", heading.note, "note");
    heading.columns.forEach((title, place) =>
      this.grid.text(`${"ABCDEF".charAt(place)}3`, title, "header"),
    );
  }

  get isEmpty(): boolean {
    return this.row === FIRST_ROW;
  }

  /** @param about  what stands in the columns A and B of the first line */
  entry(key: string, about: readonly [string, string], lines: readonly RegisterLine[]): Entry {
    const known = this.entries.get(key);
    if (known) return known;
    const first = this.row;
    lines.forEach((line, place) => {
      const row = first + place;
      if (place === 0) {
        this.grid.text(`A${row}`, about[0]);
        this.grid.text(`B${row}`, about[1]);
      }
      this.grid.text(`C${row}`, line.label);
      if (line.text !== undefined) this.grid.text(`D${row}`, line.text, "input");
      this.figure(`D${row}`, line.value);
      this.figure(`E${row}`, line.to);
      this.figure(`F${row}`, line.score);
    });
    this.row = first + lines.length;
    this.grid.line(this.row - 1);
    const at = (column: string) => (line: number) =>
      onSheet(this.grid.name, fixed(`${column}${first + line}`));
    const entry = { value: at("D"), to: at("E"), score: at("F") };
    this.entries.set(key, entry);
    return entry;
  }

  private figure(address: string, value: Decimal | null | undefined): void {
    if (value !== undefined) this.grid.number(address, value, "input");
  }

  done(): Worksheet {
    return this.grid.done({
      columns: [28, 20, 30, 16, 16, 16],
      frozen: { rows: FIRST_ROW - 1, columns: 0 },
      header: FIRST_ROW - 1,
      lastPrinted: "F",
      folded: [],
    });
  }
}
