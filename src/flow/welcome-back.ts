import type { Subject } from "rxjs";
import type { SluiceEvent } from "./event.js";
import type { Comeback } from "./job.js";
import type { Waiting } from "./waiting.js";

/**
 * A request comes that an SDK had sent before, and has given up: it counts, goes on at its old place with its old tries
 * behind it, so that the SDK's tries don't multiply ours, and the first of a key is warned of.
 */
export function welcomeBack(
  waiting: Waiting,
  { count, place }: Comeback,
  { event$, nowMs }: { readonly event$: Subject<SluiceEvent>; readonly nowMs: number },
): void {
  const { lane } = waiting;
  lane.comebacks += 1;
  if (place !== undefined) waiting.takeOver(place);
  if (lane.isComebackWarned || !event$.observed) return;
  lane.isComebackWarned = true;
  const message =
    `an SDK has sent a request again by itself (its retry ${count}): leave that to sluice, by spreading ` +
    "sluice.sdkOptions() into the SDK's options, or with maxRetries: 0 and a time limit longer than the queue";
  event$.next({ type: "warning", atMs: nowMs, key: lane.key, code: "caller-retries", message });
}
