import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

/** Waits until so many requests are in the queue: an SDK takes some turns of the event loop to get there. */
export async function queuedIs(sluice, wanted) {
  for (let left = 500; left > 0; left -= 1) {
    if ((sluice.budgets()[0]?.queued ?? 0) === wanted) return;
    await sleep(10);
  }
  assert.equal(sluice.budgets()[0]?.queued ?? 0, wanted, "requests in the queue");
}
