import type { BudgetView, Plan } from "./controller.js";
import { inFlightMax } from "./inflight.js";
import { type BudgetState, millisecondsOf, secondsOf } from "./state.js";

/** What is allowed now, in the milliseconds of the process. */
export function plan(state: BudgetState, nowMs: number): Plan {
  const now = secondsOf(state, nowMs);
  const { law, outage, inFlight, burst, pausedUntil, creditSince } = state;
  const { down } = outage;
  const pacedFrom = creditSince ?? 0;
  const limit = inFlightMax(inFlight, now);
  if (down !== null) {
    return {
      ratePerSecond: Math.max(law.rate, down.rate),
      burst: 1,
      creditSinceMs: nowMs,
      inFlightMax: limit,
      notBeforeMs: down.isProbing ? Number.POSITIVE_INFINITY : millisecondsOf(state, down.nextAt),
      isProbe: true,
      validUntilMs: Number.POSITIVE_INFINITY,
    };
  }
  return {
    ratePerSecond: law.rate,
    burst: burst.size,
    creditSinceMs: creditSince === null ? Number.NEGATIVE_INFINITY : millisecondsOf(state, creditSince),
    inFlightMax: limit,
    notBeforeMs: millisecondsOf(state, Math.max(pausedUntil, pacedFrom)),
    isProbe: false,
    validUntilMs:
      limit !== Number.POSITIVE_INFINITY && inFlight.raiseAt > now
        ? millisecondsOf(state, inFlight.raiseAt)
        : Number.POSITIVE_INFINITY,
  };
}

/** How the budget stands, for people. */
export function view(state: BudgetState, nowMs: number): BudgetView {
  return { phase: phaseOf(state, secondsOf(state, nowMs)) };
}

function phaseOf({ law, outage, pausedUntil }: BudgetState, now: number): BudgetView["phase"] {
  if (outage.down !== null) return "recover";
  if (pausedUntil > now) return "pause";
  if (law.mode === "avoid") return "probe";
  return law.ceiling === null ? "start" : "recover";
}
