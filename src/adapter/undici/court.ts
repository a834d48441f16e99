import type { ResponseFacts } from "../../signal/signal.js";
import type { HeadersIn } from "./asker.js";
import type { Reading } from "./reading.js";

/** Who is told of a try's answer, and says what becomes of it. */
export interface Court {
  /** An answer that is no refusal. Returns the reader of its body; without one it is to be let go of, and then {@link land}. */
  receive(facts: ResponseFacts, headers: HeadersIn): Reading | undefined;
  /** A refusal, with its body. Returns whether it is to be handed on, else let go of; and then {@link land}. */
  refuse(facts: ResponseFacts): boolean;
  /** There is no answer, and won't be. */
  fail(error: unknown): void;
  /** What was decided is done. */
  land(): void;
}
