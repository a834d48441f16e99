import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

/** Waits until so many requests are in the queue: an SDK takes some turns of the event loop to get there. */
export function queuedIs(sluice, wanted) {
  return rowIs(sluice, "queued", wanted);
}

/** Waits until so many are in flight: an SDK may leave a stream some turns after its reader. */
export function inFlightIs(sluice, wanted) {
  return rowIs(sluice, "inFlight", wanted);
}

async function rowIs(sluice, field, wanted) {
  const now = () => sluice.budgets()[0]?.[field] ?? 0;
  for (let left = 500; left > 0 && now() !== wanted; left -= 1) await sleep(10);
  assert.equal(now(), wanted, field);
}
