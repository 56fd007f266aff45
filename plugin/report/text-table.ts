/** Characters that take two columns of a terminal: Chinese, full-width marks, emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const FIGURE = /^[+-]?[^\p{L}\d]*\d[\d,.]*%?$|^—?$/u;

/** Columns of a terminal that a text takes. */
export function textWidth(text: string): number {
  return [...text].reduce((sum, character) => sum + (WIDE.test(character) ? 2 : 1), 0);
}

/**
 * A table for a terminal: columns two blanks apart, a line under the headings, figures to the right. The
 * last column is not filled up, so that sentences may be long. "" without rows.
 */
export function textTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  if (rows.length === 0) return "";
  const cells = headings.map((heading, column) => [
    heading,
    ...rows.map((row) => row[column] ?? ""),
  ]);
  const widths = cells.map((column) => Math.max(...column.map(textWidth)));
  const right = cells.map((column) => column.slice(1).every((cell) => FIGURE.test(cell)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => {
        const gap = " ".repeat(Math.max(0, (widths[column] ?? 0) - textWidth(cell)));
        if (right[column] === true) return gap + cell;
        return column === row.length - 1 ? cell : cell + gap;
      })
      .join("  ")
      .trimEnd();
  const rule = widths
    .map((width, column) =>
      // Under a column of sentences a line as long as its heading is enough.
      "─".repeat(
        column === widths.length - 1 && right[column] !== true
          ? textWidth(headings[column] ?? "")
          : width,
      ),
    )
    .join("  ");
  return [line(headings), rule, ...rows.map(line)].join("\n");
}
