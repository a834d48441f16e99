import type { Subject } from "rxjs";
import { planOf, viewOf } from "../control/budget.js";
import type { SluiceEvent } from "./event.js";
import type { Governed } from "./governed.js";

/** Tells whoever listens what was decided last of a budget. */
export function tellDecision(
  event$: Subject<SluiceEvent>,
  { key, dimension, scope, state, decision }: Governed,
  nowMs: number,
): void {
  const { limitPerSecond } = viewOf(state, nowMs);
  event$.next({
    type: "decision",
    atMs: nowMs,
    key,
    dimension,
    ...(scope === undefined ? {} : { scope }),
    ratePerSecond: planOf(state, nowMs).ratePerSecond,
    ...(limitPerSecond === undefined ? {} : { limitPerSecond }),
    decision,
  });
}
