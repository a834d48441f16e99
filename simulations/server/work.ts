import type { StreamEvent } from "./reply.js";

/** A request that makes sense, not yet admitted. */
export interface Work {
  /** Tokens of what was sent, charged when it is let in. */
  readonly promptTokens: number;
  /** Tokens of the answer, charged when it has ended. */
  readonly answerTokens: number;
  /** The answer in one piece. */
  readonly whole: () => unknown;
  /** The answer in events, for those who asked for a stream. */
  readonly events?: (perTokenMs: number) => readonly StreamEvent[];
  /** How an error stands in such a stream, where it isn't as in OpenAI's chat. */
  readonly failure?: StreamEvent;
}

/** What an answer needs to know beside the request. */
export interface WorkContext {
  readonly seed: number;
  /** Seconds since 1970, for the field `created`. */
  readonly created: number;
  readonly id: string;
}
