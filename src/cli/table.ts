import type { Paint } from "./batch/panel.js";

/** One cell: its text, and how it is painted where there are colours. */
export type Cell = string | { readonly text: string; readonly style: Parameters<Paint>[0] };

/** A column of a table on a terminal. */
export interface TableColumn {
  readonly title: string;
  /** Default `right`, as numbers want it. */
  readonly align?: "left" | "right";
}

/** Rows under titles, each column as wide as it needs to be. */
export function renderTable(columns: readonly TableColumn[], rows: readonly (readonly Cell[])[], paint: Paint): string {
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...rows.map((row) => textOf(row[index] ?? "").length)),
  );
  const line = (cells: readonly Cell[]): string =>
    columns
      .map(({ align = "right" }, index) => {
        const cell = cells[index] ?? "";
        const text = textOf(cell);
        const room = " ".repeat(Math.max(0, (widths[index] ?? 0) - text.length));
        const painted = typeof cell === "string" ? text : paint(cell.style, text);
        return align === "left" ? painted + room : room + painted;
      })
      .join("  ")
      .trimEnd();
  const titles = line(columns.map(({ title }) => title));
  return [paint("dim", titles), ...rows.map(line)].join("\n");
}

function textOf(cell: Cell): string {
  return typeof cell === "string" ? cell : cell.text;
}
