import type { Scenario } from "../world/scenario.js";
import type { Span } from "../world/span.js";
import { thereAllThrough } from "./fairness.js";
import { METRICS, type Metric, type MetricName } from "./metrics.js";
import { scriptedWays, type Way } from "./scripted-moves.js";
import { type SpanKind, spansOf } from "./span.js";

/** What there must be for a scenario to have spans of a kind. */
const NEEDED: Readonly<Record<SpanKind, string>> = {
  whole: "a duration",
  steady: "time after its warm-up",
  "last-third": "a duration",
  changes: "changesMs, the instants at which the limit changes, before the run ends",
  outages: "an outage before the run ends: a move in server.schedule with outageMs",
  meetings: "clients",
};

/** What looks at changes in one direction alone. */
const WAYS: Readonly<Partial<Record<MetricName, Way>>> = { settleUpMs: "up", settleDownMs: "down" };

/**
 * What a scenario lacks for a metric to be measured in it at all, within a span or where the metric looks by itself;
 * undefined where nothing is known to be lacking.
 */
export function lackOf(name: MetricName, scenario: Scenario, within?: Span): string | undefined {
  const { of = "whole", clientsMin = 1, windowMs = 0 }: Metric = METRICS[name];
  const spans = within === undefined ? spansOf(scenario, of) : [within];
  if (spans.length === 0 && of !== "meetings") return `needs ${NEEDED[of]}`;
  // Where no client is named, there is one.
  const met = spans.filter((span) => clientsMin < 2 || thereAllThrough(scenario, span).length >= clientsMin);
  if (met.length === 0) return `needs ${clientsMin} clients that are there ${stretchOf(of, within)}`;
  if (name === "recoveryMs") return lackAfter(met, scenario);
  const way = WAYS[name];
  if (way !== undefined && within === undefined && scriptedWays(scenario)?.has(way) === false) {
    return `needs a limit that goes ${way} at one of changesMs`;
  }
  const longest = Math.max(...met.map(({ fromMs, untilMs }) => untilMs - fromMs));
  return longest < windowMs ? `needs ${windowMs / 1_000} s to look at, and has ${longest / 1_000} s` : undefined;
}

function stretchOf(of: SpanKind, within: Span | undefined): string {
  if (within !== undefined) return "all through its span";
  if (of === "meetings") return "together, from one coming or going to the next";
  return of === "last-third" ? "all through the last third of the run" : "together";
}

/** It looks at what comes behind its span. */
function lackAfter(spans: readonly Span[], { durationMs }: Scenario): string | undefined {
  const isThere = spans.some(({ untilMs }) => untilMs < durationMs);
  return isThere ? undefined : "needs an outage that is over before the run ends";
}
