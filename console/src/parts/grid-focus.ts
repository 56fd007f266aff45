const STEPS: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/**
 * Arrow keys walk from cell to cell. The cell that has the focus is the grid's only tab stop, so
 * Tab leaves the grid as it leaves any other control.
 */
export function moveFocus(event: KeyboardEvent): void {
  const step = STEPS[event.key];
  const from = event.target;
  if (step === undefined || !(from instanceof HTMLElement) || !from.matches(".cell")) return;
  const row = from.closest("tr");
  const body = row?.parentElement;
  if (row === null || body === null || body === undefined) return;
  event.preventDefault();
  const rows = [...body.querySelectorAll<HTMLTableRowElement>("tr[data-row-key]")];
  const line = cellsOf(row);
  const target = rows[rows.indexOf(row) + step[0]];
  if (target === undefined) return;
  const cell = cellsOf(target)[line.indexOf(from) + step[1]];
  if (cell === undefined) return;
  for (const stop of body.querySelectorAll<HTMLElement>(".cell[tabindex='0']")) stop.tabIndex = -1;
  cell.tabIndex = 0;
  cell.focus();
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** Rows come and go: one cell of the grid always is a tab stop. */
export function ensureTabStop(grid: HTMLElement | null): void {
  if (grid === null || grid.querySelector(".cell[tabindex='0']") !== null) return;
  const first = grid.querySelector<HTMLElement>(".cell");
  if (first !== null) first.tabIndex = 0;
}

function cellsOf(row: HTMLTableRowElement): readonly HTMLElement[] {
  return [...row.querySelectorAll<HTMLElement>(".cell")];
}
