import { renderTable, type TableColumn } from "../../table.js";
import type { Paint } from "../panel.js";
import { count, duration, plural, rate, shortName } from "../words.js";
import type { LaneEstimate } from "./estimate.js";

/** The sums of several models: they are sent side by side, so that the slowest tells the time. */
export function sumOf(lanes: readonly LaneEstimate[]): Omit<LaneEstimate, "model" | "ratePerSecond"> {
  const sum = (pick: (lane: LaneEstimate) => number): number => lanes.reduce((total, lane) => total + pick(lane), 0);
  const isPriced = lanes.some(({ dollars }) => dollars !== undefined);
  const isTimed = lanes.every(({ seconds }) => seconds !== undefined);
  return {
    requests: sum(({ requests }) => requests),
    inputTokens: sum(({ inputTokens }) => inputTokens),
    outputTokensMax: sum(({ outputTokensMax }) => outputTokensMax),
    unbounded: sum(({ unbounded }) => unbounded),
    ...(isTimed && { seconds: Math.max(0, ...lanes.map(({ seconds = 0 }) => seconds)) }),
    ...(isPriced && { dollars: sum((lane) => lane.dollars ?? 0), batchDollars: sum((lane) => lane.batchDollars ?? 0) }),
  };
}

/** What a person reads before deciding. `batches`: into how many hosted batches the requests go, if into any. */
export function describeEstimate(lanes: readonly LaneEstimate[], paint: Paint, batches?: number): string {
  const total = sumOf(lanes);
  const isPriced = total.dollars !== undefined;
  const columns: readonly TableColumn[] = [
    { title: "model", align: "left" },
    ...["requests", "tokens in", "tokens out", "rate", "time"].map((title) => ({ title })),
    ...(isPriced ? [{ title: "cost" }, { title: "as a batch" }] : []),
  ];
  const cells = (lane: Omit<LaneEstimate, "model">, name: string): readonly string[] => [
    shortName(name, 40),
    lane.requests.toLocaleString("en-US"),
    `~${count(lane.inputTokens)}`,
    lane.unbounded === lane.requests && lane.requests > 0 ? "?" : `≤${count(lane.outputTokensMax)}`,
    rate(lane.ratePerSecond),
    lane.seconds === undefined ? "?" : duration(lane.seconds * 1_000),
    ...(isPriced ? [dollars(lane.dollars), dollars(lane.batchDollars)] : []),
  ];
  const rows = lanes.map((lane) => cells(lane, lane.model));
  const table = renderTable(columns, lanes.length > 1 ? [...rows, cells(total, "all")] : rows, paint);
  const { unbounded } = total;
  return [
    table,
    "",
    ...(batches === undefined
      ? []
      : [`They make ${plural(batches, "batch", "batches")}, which the provider works off within a day.`]),
    "Tokens in are guessed by length; tokens out are what the requests allow at most.",
    ...(unbounded > 0 ? [`${plural(unbounded, "request")} without max_tokens: what they produce is not in this.`] : []),
    "Nothing was sent.",
    "",
  ].join("\n");
}

function dollars(value: number | undefined): string {
  return value === undefined ? "?" : `$${value < 0.995 ? value.toPrecision(2) : value.toFixed(2)}`;
}
