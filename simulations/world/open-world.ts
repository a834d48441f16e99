import type { Move } from "../server/move.js";
import type { Recording } from "./log.js";
import { World, type WorldOptions } from "./world.js";

/** A world that runs bit by bit, for somebody who looks on. Run to its end, it is what `runWorld` makes of the same options. */
export interface OpenWorld {
  readonly nowMs: number;
  readonly isOver: boolean;
  /**
   * Runs the next thing that is due until `untilMs`; false where nothing is: it stands there then.
   *
   * @throws what the scenario's own code throws
   */
  step(untilMs: number): boolean;
  /** Moves the server, now. */
  move(move: Move): void;
  /** What is remembered so far: its logs grow. */
  recording(): Recording;
}

/**
 * Opens a world at its beginning.
 *
 * @throws RangeError for a contestant that works with promises: its time moves on with the thread's own
 */
export function openWorld(options: WorldOptions): OpenWorld {
  if (options.contestant.isAsync === true) {
    throw new RangeError(`${options.contestant.name} works with promises, and can't be looked at step by step`);
  }
  const world = new World(options);
  const stretches = world.stretches();
  let stretch = stretches.next();
  return {
    get nowMs() {
      return world.clock.now();
    },
    get isOver() {
      return stretch.done === true;
    },
    step(untilMs) {
      if (stretch.done === true) return false;
      const { clock } = world;
      const stopMs = Math.min(untilMs, stretch.value);
      if ((clock.nextAt() ?? Number.POSITIVE_INFINITY) <= stopMs) return clock.step();
      clock.run(stopMs);
      if (stopMs < stretch.value) return false;
      stretch = stretches.next();
      return true;
    },
    move: (move) => world.move(move),
    recording: () => world.recording(),
  };
}
