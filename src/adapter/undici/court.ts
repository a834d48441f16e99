import type { ResponseFacts } from "../../signal/signal.js";
import type { Slot } from "../slot.js";

/** Who is told of a try's answer, and says what becomes of it. */
export interface Court {
  /** Whether that is said already. */
  readonly isOver: boolean;
  /** An answer that is no refusal. Returns the slot that its body holds; without one it is to be let go of, and then {@link land}. */
  accept(facts: ResponseFacts): Slot | undefined;
  /** A refusal, with its body. Returns whether it is to be handed on, else let go of; and then {@link land}. */
  refuse(facts: ResponseFacts): boolean;
  /** There is no answer, and won't be. */
  fail(error: unknown): void;
  /** What was decided is done. */
  land(): void;
}
