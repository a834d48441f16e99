import type { ModelProgress } from "./progress.js";
import { count, duration, plural, rate, shortName } from "./words.js";

/** How wide, and whether in colour. */
export interface Look {
  readonly columns: number;
  /** Paints a text, or leaves it as it is. */
  readonly paint: Paint;
}

/** Gives a text a style, where the terminal has them and its owner wants them. */
export type Paint = (style: "dim" | "red" | "yellow" | "green" | "cyan" | "bold", text: string) => string;

interface Column {
  readonly title: string;
  readonly width: number;
  readonly cell: (row: ModelProgress) => string;
  readonly paint?: (row: ModelProgress) => Parameters<Paint>[0] | undefined;
}

const ROWS_MAX = 12;
const NAME_MIN = 11;

const COLUMNS: readonly Column[] = [
  {
    title: "rate",
    width: 8,
    cell: ({ phase, ratePerSecond }) => (phase === "pause" ? "paused" : rate(ratePerSecond)),
    paint: ({ phase }) => (phase === "pause" || phase === "recover" ? "yellow" : "cyan"),
  },
  { title: "limit", width: 8, cell: ({ limitPerSecond }) => rate(limitPerSecond) },
  { title: "flight", width: 7, cell: ({ inFlight }) => count(inFlight) },
  { title: "queued", width: 7, cell: ({ queued }) => count(queued) },
  { title: "done", width: 12, cell: ({ done, total }) => `${count(done)}/${count(total)}` },
  {
    title: "429s",
    width: 6,
    cell: ({ throttled }) => count(throttled),
    paint: ({ throttled }) => (throttled > 0 ? "yellow" : undefined),
  },
  {
    title: "failed",
    width: 7,
    cell: ({ failed }) => count(failed),
    paint: ({ failed }) => (failed > 0 ? "red" : undefined),
  },
  { title: "tokens", width: 7, cell: ({ tokens }) => (tokens === 0 ? "-" : count(tokens)) },
  {
    title: "left",
    width: 7,
    cell: ({ leftMs, done, total }) => (done === total ? "done" : leftMs === undefined ? "-" : duration(leftMs)),
    paint: ({ done, total }) => (done === total ? "green" : undefined),
  },
];

const only = (...titles: readonly string[]): readonly Column[] => COLUMNS.filter(({ title }) => titles.includes(title));

/** Of hosted batches: nobody here has a rate, and what is in them comes all at once. */
const BATCH_COLUMNS: readonly Column[] = [
  { title: "batches", width: 9, cell: ({ batches = 0 }) => count(batches), paint: () => "cyan" },
  { title: "in them", width: 9, cell: ({ inFlight }) => count(inFlight) },
  { title: "worked", width: 8, cell: ({ worked = 0 }) => count(worked) },
  ...only("queued", "done", "failed", "tokens", "left"),
];

/** What a narrow terminal does without, the least missed first. */
const DISPENSABLE = ["tokens", "failed", "limit", "queued", "flight", "429s", "rate", "in them", "worked", "batches"];

/** The live panel: a line for each model under one of titles. No line is wider than the terminal, down to 30 columns. */
export function panel(rows: readonly ModelProgress[], { columns, paint }: Look): string {
  const longest = Math.max(...rows.map(({ model }) => model.length), NAME_MIN);
  const fitting = columnsFor(
    rows.some(({ batches }) => batches !== undefined) ? BATCH_COLUMNS : COLUMNS,
    columns - NAME_MIN,
  );
  const nameWidth = Math.max(NAME_MIN, Math.min(longest, columns - widthOf(fitting)));
  const title = "model".padEnd(nameWidth) + fitting.map((column) => column.title.padStart(column.width)).join("");
  // Those that are done need no watching.
  const shown = rows.length <= ROWS_MAX ? rows : [...rows].sort(byLeft).slice(0, ROWS_MAX);
  const lines = shown.map((row) => {
    const cells = fitting.map(({ cell, width, paint: styleOf }) => {
      const text = cell(row).padStart(width);
      const style = styleOf?.(row);
      return style === undefined ? text : paint(style, text);
    });
    return shortName(row.model, nameWidth).padEnd(nameWidth) + cells.join("");
  });
  const hidden = rows.length - shown.length;
  return [paint("dim", title), ...lines, ...(hidden > 0 ? [paint("dim", `and ${hidden} more models`)] : [])].join("\n");
}

/** The same of one model, as a line of a log. */
export function plainLine(row: ModelProgress): string {
  const { model, done, total, phase, ratePerSecond, limitPerSecond, inFlight, queued, throttled, failed } = row;
  const { tokens, leftMs, batches, worked } = row;
  const live = [
    phase === "pause" ? "paused" : `rate ${rate(ratePerSecond)}`,
    ...(limitPerSecond === undefined ? [] : [`limit ${rate(limitPerSecond)}`]),
    `${inFlight} in flight`,
    `${queued} queued`,
    `${throttled} x 429`,
  ];
  const hosted = [
    `${inFlight} in ${plural(batches ?? 0, "batch", "batches")} (${worked} worked off)`,
    `${queued} queued`,
  ];
  const facts = [
    `${done}/${total} done`,
    ...(batches === undefined ? live : hosted),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(tokens > 0 ? [`${count(tokens)} tokens`] : []),
    ...(leftMs === undefined || done === total ? [] : [`${duration(leftMs)} left`]),
  ];
  return `${shortName(model, 60)}: ${facts.join(", ")}`;
}

function columnsFor(columns: readonly Column[], width: number): readonly Column[] {
  let fitting = columns;
  for (const title of DISPENSABLE) {
    if (widthOf(fitting) > width) fitting = fitting.filter((column) => column.title !== title);
  }
  return fitting;
}

function widthOf(columns: readonly Column[]): number {
  return columns.reduce((sum, { width }) => sum + width, 0);
}

function byLeft(a: ModelProgress, b: ModelProgress): number {
  return b.total - b.done - (a.total - a.done);
}
