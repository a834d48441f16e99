import { METRICS, type Metric, type MetricName } from "../../../simulations/measure/metrics.js";

/** A metric's value as tables show it: a share that is wanted small is a percentage, one that is wanted large a ratio. */
export function figure(name: MetricName, value: number): string {
  if (Number.isNaN(value)) return "-";
  const { unit, better }: Metric = METRICS[name];
  switch (unit) {
    case "share":
      return better === "less" ? `${significant(value * 100)} %` : value.toFixed(3);
    case "ms":
      return milliseconds(value);
    case "count":
      return value.toFixed(Number.isInteger(value) ? 0 : 1);
    case "ratio":
      return value.toFixed(3);
    default:
      return unit satisfies never;
  }
}

/** A bound beside a value: as it was written, so that rounding never makes them look alike. */
export function boundFigure(name: MetricName, bound: number): string {
  const { unit, better }: Metric = METRICS[name];
  if (unit === "share" && better === "less") return `${trimmed(bound * 100)} %`;
  return unit === "ms" ? `${trimmed(bound)} ms` : trimmed(bound);
}

/** A value that missed a bound: with so many digits that it doesn't look like the bound itself. */
export function missedFigure(name: MetricName, value: number, bound: number): string {
  const usual = figure(name, value);
  if (usual !== figure(name, bound)) return usual;
  const { unit, better }: Metric = METRICS[name];
  if (unit === "share" && better === "less") return `${trimmed(value * 100)} %`;
  return unit === "ms" ? `${trimmed(value)} ms` : trimmed(value);
}

function milliseconds(value: number): string {
  if (value === 0) return "0 ms";
  if (value < 999.5) return `${significant(value)} ms`;
  return value < 99_950 ? `${significant(value / 1_000)} s` : `${Math.round(value / 1_000)} s`;
}

/** Two decimals below 10, one below 100. */
function significant(value: number): string {
  return value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
}

/** Without the noise that binary fractions leave at their end. */
function trimmed(value: number): string {
  return String(Number(value.toPrecision(6)));
}
