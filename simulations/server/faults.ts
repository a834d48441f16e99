import type { Random } from "../../src/random.js";
import { type Fault, isRefusing } from "./fault.js";

/** All that goes wrong at a server, each defect with its own share and time. */
export interface Faults {
  /** The fault that the next request meets, if it meets one: the first that it is dealt. */
  take(nowMs: number, model: string): Fault | undefined;
  /** Milliseconds until no fault refuses every request any more; Infinity where none ends. */
  waitMs(nowMs: number, model: string): number;
  /** Puts this one in the place of the one met before; undefined for none. */
  meet(fault: Fault | undefined): void;
}

interface Live {
  readonly fault: Fault;
  left: number;
}

/** Makes the {@link Faults} that begin with these. */
export function createFaults(faults: readonly Fault[], random: Random): Faults {
  const standing = faults.map(alive);
  let met: Live | undefined;

  function active(nowMs: number, model: string, { fault, left }: Live): boolean {
    const { fromMs = 0, untilMs = Number.POSITIVE_INFINITY } = fault;
    return left > 0 && nowMs >= fromMs && nowMs < untilMs && (fault.model ?? model) === model;
  }

  function* all(): Generator<Live> {
    yield* standing;
    if (met !== undefined) yield met;
  }

  return {
    take(nowMs, model) {
      if (standing.length === 0 && met === undefined) return undefined;
      for (const live of all()) {
        if (!active(nowMs, model, live)) continue;
        const { share = 1 } = live.fault;
        if (share < 1 && random() >= share) continue;
        live.left--;
        return live.fault;
      }
      return undefined;
    },
    waitMs(nowMs, model) {
      let waitMs = 0;
      for (const live of all()) {
        const { share = 1, untilMs = Number.POSITIVE_INFINITY } = live.fault;
        // One that ends after so many requests ends only if they come.
        const isWall = share === 1 && live.left === Number.POSITIVE_INFINITY && isRefusing(live.fault);
        if (isWall && active(nowMs, model, live)) waitMs = Math.max(waitMs, untilMs - nowMs);
      }
      return waitMs;
    },
    meet(fault) {
      met = fault === undefined ? undefined : alive(fault);
    },
  };
}

function alive(fault: Fault): Live {
  return { fault, left: fault.times ?? Number.POSITIVE_INFINITY };
}
