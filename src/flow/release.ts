import type { Cost } from "../cost.js";
import { actualIn } from "./governed.js";
import type { LiveTry } from "./try.js";

/** A try is over: its slot goes back, and what it was to spend is settled by what it really spent. */
export function release(live: LiveTry, actual: Cost | undefined, nowMs: number): void {
  const { waiting } = live;
  for (let draw = live.draws; draw !== undefined; draw = draw.next) {
    const { budget } = draw;
    budget.settle(draw, nowMs, actualIn(budget.dimension, actual));
  }
  if (waiting.current === live) waiting.current = undefined;
  if (!live.outlasts) vacate(live, nowMs);
}

/** It isn't in flight any more, nor is anything that it has begun. */
export function vacate({ waiting }: LiveTry, nowMs: number): void {
  for (const draw of waiting.lane.draws) {
    draw.inFlight -= 1;
    draw.lastUsedMs = nowMs;
  }
}
