import type { Subject } from "rxjs";
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
