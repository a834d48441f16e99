import { createVirtualClock, seededRandom, type VirtualClock } from "../../simulations/index.js";
import type { SluiceOptions } from "../../src/options.js";
import { createSluice, type Sluice } from "../../src/sluice.js";

/** A sluice on a virtual clock, with seeded dice. */
export function virtualSluice(options: SluiceOptions = {}, seed = 1): { clock: VirtualClock; sluice: Sluice } {
  const clock = createVirtualClock();
  const sluice = createSluice({ clock, random: seededRandom(seed), ...options });
  return { clock, sluice };
}

/** An answer as an SDK's `.withResponse()` or a thrown error carries it. */
export function answer(status: number, headers: Record<string, string> = {}, body?: unknown) {
  return { status, headers, ...(body === undefined ? {} : { body }) };
}

/** Resolves at a moment of the virtual clock. */
export function later<T>(clock: VirtualClock, delayMs: number, value: T): Promise<T> {
  return new Promise((resolve) => clock.after(delayMs, () => resolve(value)));
}

/** What became of a promise, and when by the virtual clock. Never rejects. */
export function outcomeOf<T>(
  clock: VirtualClock,
  promise: PromiseLike<T>,
): Promise<{ value?: T; error?: unknown; atMs: number }> {
  return Promise.resolve(promise).then(
    (value) => ({ value, atMs: clock.now() }),
    (error: unknown) => ({ error, atMs: clock.now() }),
  );
}
