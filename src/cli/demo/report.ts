import type { LaneState } from "../../../simulations/server/lane.js";
import type { TraceSecond } from "../../../simulations/server/trace.js";
import { type Allowed, clairvoyantOf, type Period } from "./clairvoyant.js";

/** One line of the table at the end. */
export interface Row {
  readonly name: string;
  readonly requests: number;
  readonly answered: number;
  readonly lost: number;
  readonly throttled: number;
  readonly overloaded: number;
  readonly triesPerAnswer: number;
  /** From the first request to the last answer or loss, in milliseconds. */
  readonly wallMs: number;
  /** Answers as a share of what the server would have let in during that time; 1 for the clairvoyant. */
  readonly goodputRatio: number;
}

/** What of a server's state counts here. */
export interface Lane extends Pick<LaneState, "model" | "offered" | "throttled" | "overloaded"> {
  readonly trace: readonly (Allowed & Pick<TraceSecond, "throttled" | "overloaded">)[];
}

/** What one way of sending did, seen from the server. */
export interface Seen {
  readonly lanes: readonly Lane[];
  readonly period: Period;
  /** By model: how many answers came, how many requests were given up, and when the last of them was, after the beginning. */
  readonly ends: ReadonlyMap<string, { readonly answered: number; readonly lost: number; readonly endMs: number }>;
}

/** Adds up one way of sending over all models. */
export function rowOf(name: string, { lanes, period, ends }: Seen): Row {
  let answered = 0;
  let lost = 0;
  let allowed = 0;
  let wallMs = 0;
  for (const [model, end] of ends) {
    const lane = lanes.find((each) => each.model === model);
    answered += end.answered;
    lost += end.lost;
    wallMs = Math.max(wallMs, end.endMs);
    allowed += clairvoyantOf(lane?.trace ?? [], period).allowedUntil(period.beginMs + end.endMs);
  }
  const sum = (pick: (lane: Lane) => number): number => lanes.reduce((total, lane) => total + pick(lane), 0);
  return {
    name,
    requests: answered + lost,
    answered,
    lost,
    throttled: sum((lane) => lane.throttled),
    overloaded: sum((lane) => lane.overloaded),
    triesPerAnswer: answered === 0 ? Number.NaN : sum((lane) => lane.offered) / answered,
    wallMs,
    goodputRatio: allowed === 0 ? Number.NaN : answered / allowed,
  };
}

/** What somebody who knew every limit in advance would have done with the same requests: the bound, not a program. */
export function clairvoyantRow({ lanes, period, ends }: Seen): Row {
  let wallMs = 0;
  let requests = 0;
  for (const [model, { answered, lost }] of ends) {
    const lane = lanes.find((each) => each.model === model);
    requests += answered + lost;
    const instantMs = clairvoyantOf(lane?.trace ?? [], period).instantOf(answered + lost);
    wallMs = Math.max(wallMs, (instantMs ?? Number.NaN) - period.beginMs);
  }
  const none = { lost: 0, throttled: 0, overloaded: 0 };
  return { name: "clairvoyant", requests, answered: requests, ...none, triesPerAnswer: 1, wallMs, goodputRatio: 1 };
}

const COLUMNS: readonly (readonly [title: string, cell: (row: Row) => string])[] = [
  ["answered", ({ answered, requests }) => `${answered}/${requests}`],
  ["lost", ({ lost }) => String(lost)],
  ["429s", ({ throttled }) => String(throttled)],
  ["503s", ({ overloaded }) => String(overloaded)],
  ["tries/answer", ({ triesPerAnswer }) => fixed(triesPerAnswer, 2)],
  ["time", ({ wallMs }) => (Number.isFinite(wallMs) ? `${fixed(wallMs / 1_000, 1)} s` : "-")],
  ["goodput", ({ goodputRatio }) => `${fixed(goodputRatio * 100, 0)} %`],
];

/** The rows as a table. */
export function table(rows: readonly Row[]): string {
  const nameWidth = Math.max(...rows.map(({ name }) => name.length));
  const widths = COLUMNS.map(([title, cell]) => Math.max(title.length, ...rows.map((row) => cell(row).length)) + 2);
  const line = (name: string, cells: readonly string[]): string =>
    name.padEnd(nameWidth) + cells.map((cell, index) => cell.padStart(widths[index] ?? 0)).join("");
  return [
    line(
      "",
      COLUMNS.map(([title]) => title),
    ),
    ...rows.map((row) =>
      line(
        row.name,
        COLUMNS.map(([, cell]) => cell(row)),
      ),
    ),
  ].join("\n");
}

function fixed(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : "-";
}
