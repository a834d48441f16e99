import type { Scenario } from "../world/scenario.js";
import type { Span } from "../world/span.js";

/**
 * The stretches of a run that metrics look at unless they are told one: all of it, what follows the warm-up, the last
 * third, from each change of the limit to the next, each outage, or from each coming or going of a client to the next.
 */
export type SpanKind = "whole" | "steady" | "last-third" | "changes" | "outages" | "meetings";

/** Part of a run that is warm-up if the scenario doesn't say. */
const WARM_UP = 0.2;

/** The spans of a kind in a scenario; none where it has no such thing. */
export function spansOf(scenario: Scenario, kind: SpanKind): readonly Span[] {
  const { durationMs: untilMs, warmUpMs = WARM_UP * untilMs, changesMs = [] } = scenario;
  switch (kind) {
    case "whole":
      return [{ fromMs: 0, untilMs }];
    case "steady":
      return [{ fromMs: warmUpMs, untilMs }];
    case "last-third":
      return [{ fromMs: (2 * untilMs) / 3, untilMs }];
    case "changes":
      return between(changesMs, untilMs);
    case "meetings":
      return between(
        (scenario.clients ?? []).flatMap(({ joinsAtMs = 0, leavesAtMs = untilMs }) => [joinsAtMs, leavesAtMs]),
        untilMs,
      );
    case "outages":
      return (scenario.server.schedule ?? []).flatMap(({ atMs, outageMs = 0 }) =>
        outageMs > 0 && atMs < untilMs ? [{ fromMs: atMs, untilMs: Math.min(untilMs, atMs + outageMs) }] : [],
      );
    default:
      return kind satisfies never;
  }
}

/** From each instant to the next. */
function between(instantsMs: readonly number[], untilMs: number): readonly Span[] {
  const sorted = [...new Set(instantsMs)].filter((atMs) => atMs < untilMs).sort((a, b) => a - b);
  return sorted.map((fromMs, index) => ({ fromMs, untilMs: sorted[index + 1] ?? untilMs }));
}
