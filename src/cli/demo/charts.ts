import { barChart, sparkline, timeAxis } from "./chart.js";
import { clairvoyantOf } from "./clairvoyant.js";
import type { Part } from "./plan.js";
import type { Lane, Seen } from "./report.js";
import type { Rates } from "./samples.js";

/** What there is to draw of both ways of sending. */
export interface Drawn {
  readonly parts: readonly Part[];
  readonly rates: Rates;
  readonly sluice: Seen;
  readonly plain: Seen;
}

const ROWS = 8;

/** For each model: sluice's rate as bars under the true limit as a line, and the refusals of both ways below. */
export function charts({ parts, rates, sluice, plain }: Drawn): string {
  return parts
    .map(({ model, kind }) => {
      const truth = clairvoyantOf(traceOf(sluice, model), sluice.period);
      const columns = (rates.get(model) ?? []).map((value, second) => ({
        value,
        limit: truth.rateAt(sluice.period.beginMs + second * 1_000 + 500),
      }));
      const own = refusals(sluice, model);
      const theirs = refusals(plain, model);
      const top = Math.max(1, ...own, ...theirs);
      const width = Math.max(columns.length, own.length, theirs.length);
      const refused = (values: readonly number[], who: string): string =>
        `      ${sparkline(values, top).padEnd(width)} ${who}: ${sum(values)} refused`;
      return [
        `${kind}, requests a second: █ sluice's rate, ━ the true limit`,
        ...barChart(columns, { rows: ROWS }),
        timeAxis(width),
        refused(own, "sluice"),
        refused(theirs, "plain loop"),
      ].join("\n");
    })
    .join("\n\n");
}

function traceOf({ lanes }: Seen, model: string): Lane["trace"] {
  return lanes.find((lane) => lane.model === model)?.trace ?? [];
}

function refusals(seen: Seen, model: string): readonly number[] {
  return traceOf(seen, model).map(({ throttled, overloaded }) => throttled + overloaded);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
