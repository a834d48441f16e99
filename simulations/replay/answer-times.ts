import { quantile } from "../measure/quantile.js";
import type { AnswerSpec } from "../server/answers.js";
import { outcomeOf, type TracedTry } from "./trace.js";

/** A body that takes less is in one piece with its headers. */
const BODY_MIN_MS = 5;

/** How long answers took: the median and spread of those that were let in, and what refusals take. */
export function answersOf(tries: readonly TracedTry[]): AnswerSpec {
  const accepted = tries.filter((each) => outcomeOf(each) === "accepted");
  const headers = spread(accepted.map(latencyOf));
  const body = spread(
    accepted.map(({ response, endedAtMs }) => endedAtMs - (response?.atMs ?? Number.NaN)).filter((ms) => ms >= 0),
  );
  const refusal = spread(tries.filter((each) => outcomeOf(each) === "throttled").map(latencyOf));
  const overload = spread(tries.filter((each) => outcomeOf(each) === "overloaded").map(latencyOf));
  return {
    ...(headers !== undefined && { medianMs: headers.median, sigma: headers.sigma }),
    ...(body !== undefined && body.median >= BODY_MIN_MS && { bodyMs: body.median, bodySigma: body.sigma }),
    ...(refusal !== undefined && { refusalMs: refusal.median }),
    ...(overload !== undefined && { overloadMs: overload.median }),
  };
}

function latencyOf({ response }: TracedTry): number {
  return response?.latencyMs ?? Number.NaN;
}

/** Of a log-normal, by quantiles: one answer that hung for minutes doesn't widen all the others. */
function spread(values: readonly number[]): { readonly median: number; readonly sigma: number } | undefined {
  const sorted = Float64Array.from(values.filter((value) => value >= 0)).sort();
  if (sorted.length === 0) return undefined;
  const median = quantile(sorted, 0.5);
  const [low, high] = [quantile(sorted, 0.16), quantile(sorted, 0.84)];
  const sigma = low > 0 && high > low ? Math.min(3, Math.log(high / low) / 2) : 0;
  return { median: rounded(median), sigma: rounded(sigma) };
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
