/** One column of a chart: what was allowed, and what was done. */
export interface Column {
  readonly limit: number;
  readonly value: number;
}

const EIGHTHS = " ▁▂▃▄▅▆▇█";

/** Bars under a line: `value` as bars, `limit` as a line over them. One character a column. */
export function barChart(columns: readonly Column[], { rows }: { readonly rows: number }): readonly string[] {
  const top = niceCeiling(Math.max(1, ...columns.map(({ limit, value }) => Math.max(limit, value))));
  const rowHeight = top / rows;
  return Array.from({ length: rows }, (_, index) => {
    const row = rows - 1 - index;
    const cells = columns.map(({ limit, value }) =>
      cell(value / rowHeight - row, rowOf(limit / rowHeight, rows) === row),
    );
    const isMarked = index === 0 || row === Math.floor(rows / 2) - 1;
    const mark = isMarked ? String(Math.round(rowHeight * (row + 1) * 10) / 10) : "";
    return `${mark.padStart(4)} ${isMarked ? "┤" : "│"}${cells.join("").trimEnd()}`;
  });
}

/** Numbers as small bars, all of one scale. */
export function sparkline(values: readonly number[], top: number): string {
  return values
    .map((value) => EIGHTHS[value <= 0 ? 0 : Math.max(1, Math.min(8, Math.round((value / top) * 8)))])
    .join("");
}

/** A time axis below so many columns of a second each. */
export function timeAxis(columns: number): string {
  let axis = "";
  for (let column = 0; column < columns; column += 10) axis = axis.padEnd(column) + String(column);
  return `     └${"─".repeat(columns)}\n      ${axis} s`;
}

function cell(height: number, isLimit: boolean): string {
  if (isLimit) return "━";
  return EIGHTHS[Math.max(0, Math.min(8, Math.round(height * 8)))] ?? " ";
}

/** The row whose upper edge a line is drawn at. */
function rowOf(height: number, rows: number): number {
  return Math.min(rows - 1, Math.max(0, Math.ceil(height) - 1));
}

function niceCeiling(value: number): number {
  const size = 10 ** Math.floor(Math.log10(value));
  const step = [1, 1.2, 1.5, 2, 3, 4, 5, 6, 8, 10].find((each) => each * size >= value) ?? 10;
  return step * size;
}
