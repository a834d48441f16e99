import type { Observable } from "rxjs";
import type { RunHelpers } from "rxjs/testing";
import { TestScheduler } from "rxjs/testing";
import { expect } from "vitest";
import { seededRandom } from "../../simulations/index.js";
import type { Clock } from "../../src/clock.js";
import { isSluiceError, type SluiceErrorCode } from "../../src/errors.js";
import type { SluiceOptions } from "../../src/options.js";
import { createSluice, type Sluice } from "../../src/sluice.js";

/** What a marble test has at hand: RxJS's helpers, and a sluice whose time is the diagram's. One frame is a millisecond. */
export interface Marbles extends RunHelpers {
  readonly sluice: Sluice;
  readonly clock: Clock;
}

/** One send a second, without a burst: the moments are at 0, 1,000, 2,000 ms … */
export const ONE_A_SECOND: SluiceOptions = { control: { rateInitial: 1, rateMax: 1, burst: 1 } };

/** The same, whatever the answers say, and with dice that always fall on 0: retries are at whole seconds too. */
export const STEADY: SluiceOptions = { control: { rateInitial: 1, rateMin: 1, rateMax: 1, burst: 1 }, random: () => 0 };

/** Matches an error of sluice's own, with this code and cause. */
export function sluiceError(code: SluiceErrorCode, cause?: unknown): unknown {
  return expect.toSatisfy(
    (error) => isSluiceError(error) && error.code === code && (cause === undefined || error.cause === cause),
    `a SluiceError ${code}`,
  );
}

/** Runs a marble test. Afterwards nothing may be in flight or wait, whatever the diagram did. */
export function marbles(options: SluiceOptions, test: (marbles: Marbles) => void): void {
  const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
  const clock = clockOf(scheduler);
  const sluice = createSluice({ clock, random: seededRandom(1), ...options });
  scheduler.run((helpers) => test({ ...helpers, sluice, clock }));
  for (const { key, inFlight, queued } of sluice.budgets()) {
    expect({ key, inFlight, queued }).toEqual({ key, inFlight: 0, queued: 0 });
  }
}

/** A cold observable for each subscription, in order: what a server answers to one try after another. */
export function inTurn<T>(...tries: readonly Observable<T>[]): () => Observable<T> {
  let index = 0;
  return () => {
    const next = tries[Math.min(index, tries.length - 1)];
    index += 1;
    if (next === undefined) throw new Error("inTurn needs at least one observable");
    return next;
  };
}

function clockOf(scheduler: TestScheduler): Clock {
  return {
    now: () => scheduler.now(),
    wallNow: () => Date.UTC(2026, 0, 1) + scheduler.now(),
    after(delayMs, task) {
      const action = scheduler.schedule(task, Math.max(0, delayMs));
      return () => action.unsubscribe();
    },
  };
}
