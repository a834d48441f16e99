import type { Subject } from "rxjs";
import { viewOf } from "../control/budget.js";
import type { SluiceEvent } from "./event.js";
import type { Lane } from "./lane.js";

/** Tells, once for a key, that its retries are held back by the budget that they share: nobody would guess it from a longer wait. */
export function adviseRetryBudget(event$: Subject<SluiceEvent>, lane: Lane, nowMs: number): void {
  if (lane.isRetryAdvised || !event$.observed) return;
  lane.isRetryAdvised = true;
  const { key, retryBudget } = lane;
  const message =
    `more fails than retry.budgetRatio (${retryBudget.ratio}) lets be tried again: retries wait for it, or end with ` +
    "ERR_SLUICE_RETRIES where they can't; a server that fails a share f of all tries for long needs f / (1 - f)";
  event$.next({ type: "advice", atMs: nowMs, key, code: "retry-budget", message });
}

/**
 * Tells, once for a key, how long what waits will take at the present rate, where that is longer than `afterMs`. Not while a rate
 * is still on its way: at a start each queue seems endless.
 */
export function adviseBacklog(event$: Subject<SluiceEvent>, lane: Lane, nowMs: number, afterMs: number): void {
  const { size } = lane.queue;
  if (lane.isBacklogAdvised || size === 0) return;
  const perSecond = sendsPerSecond(lane);
  const minutes = size / perSecond / 60;
  if (minutes * 60_000 <= afterMs || !knowsRates(lane, nowMs)) return;
  lane.isBacklogAdvised = true;
  const message =
    `${size} requests wait, which at ${perSecond.toPrecision(3)} a second take ${Math.round(minutes)} minutes: where an answer may ` +
    "come within a day, a hosted batch takes them beside this limit, mostly at half the price; a dedicated endpoint has no such limit";
  event$.next({ type: "advice", atMs: nowMs, key: lane.key, code: "backlog", message });
}

/** What the slowest of a lane's budgets lets go. */
function sendsPerSecond({ draws }: Lane): number {
  let slowest = Infinity;
  for (const { budgets, rateMax } of draws) {
    for (const { dimension, plan, state } of budgets) {
      if (dimension === "concurrency") continue;
      const capped = dimension === "requests" ? Math.min(rateMax, plan.ratePerSecond) : plan.ratePerSecond;
      slowest = Math.min(slowest, capped / state.meanCost);
    }
  }
  return slowest;
}

function knowsRates({ draws }: Lane, nowMs: number): boolean {
  return draws.every(({ budgets }) =>
    budgets.every(({ state }) => {
      const { phase } = viewOf(state, nowMs);
      return phase === "follow" || phase === "probe";
    }),
  );
}
