import type { Dimension } from "../cost.js";
import type { LimitTraits, ResponseFacts, Signal } from "../signal/signal.js";

/** What a reader may know, and may note, of where responses come from. A lane is one. */
export interface Source {
  host: string | undefined;
}

/** Turns responses into signals: the one view that the loop has of the dialects. */
export interface Reader {
  /** Never throws. */
  read(facts: ResponseFacts, source: Source): Signal;
  /** What is known of a limit of whoever answers there, beside what its responses say. */
  traits(source: Source, limit: { readonly dimension: Dimension; readonly scope?: string }): LimitTraits;
}
