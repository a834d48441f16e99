import type { Cost } from "../../cost.js";
import type { SentEvent } from "../../flow/event.js";
import type { Ending } from "./convention.js";
import type { Journey } from "./journey.js";

/** A wait that is over. Instants by the sluice's own clock, in milliseconds. */
export interface Wait {
  readonly sinceMs: number;
  readonly atMs: number;
  /** Why the request ended in the queue, where it did. */
  readonly code?: string;
}

/** The head of a try's response, or what there was instead. */
export interface Answer extends Ending {
  readonly sentAtMs: number;
  readonly atMs: number;
  readonly retryAfterMs?: number | undefined;
}

/** The end of a request. */
export interface End extends Ending {
  readonly atMs: number;
  readonly actual?: Cost | undefined;
}

/** Who is told each step of every request, once, and in order. Every `onWait` is followed by `onWaited`, every `onSent` by `onAnswered` and `onFree`. */
export interface Watcher {
  onCall(journey: Journey): void;
  onWait(journey: Journey): void;
  onWaited(journey: Journey, wait: Wait): void;
  onSent(journey: Journey, event: SentEvent): void;
  onAnswered(journey: Journey, answer: Answer): void;
  /** The slot of its try is free again: all of its body has been read, or given up. */
  onFree(journey: Journey): void;
  onEnd(journey: Journey, end: End): void;
  /** It is still under way, and nothing more will be told of it. Wall time, in milliseconds since 1970. */
  onLost(journey: Journey, lostAtMs: number): void;
}
