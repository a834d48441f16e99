import type { Dimension } from "../cost.js";
import { dialectFor } from "../dialect/catalog.js";
import type { Dialect } from "../dialect/dialect.js";
import { readSignal } from "../dialect/read.js";
import { traitsOf } from "../dialect/traits.js";
import { viewOf } from "../signal/headers.js";
import type { LimitTraits, ResponseFacts, Signal } from "../signal/signal.js";

/** Where responses come from, and what was found out about it. A lane is one. */
export interface Source {
  /** Host that answers, where an edge knows it. */
  host: string | undefined;
  /** The dialect that its responses are read with, once it is known. */
  dialect: Dialect | undefined;
}

/** Turns responses into signals: the one view that the loop has of the dialects. */
export class Reader {
  readonly #provider: string | Dialect | undefined;

  /** @param provider a provider's name or a dialect; without one it is found from the host, then from the headers */
  constructor(provider: string | Dialect | undefined) {
    this.#provider = provider;
  }

  /** Never throws. */
  read(facts: ResponseFacts, source: Source): Signal {
    source.dialect ??= this.#find(facts, source);
    return readSignal(facts.host === undefined && source.host !== undefined ? { ...facts, host: source.host } : facts, {
      provider: source.dialect,
    });
  }

  /** What is known of a limit of whoever answers there, beside what its responses say. */
  traits(source: Source, limit: { readonly dimension: Dimension; readonly scope?: string }): LimitTraits {
    const dialect = source.dialect ?? dialectFor(this.#provider, source.host, viewOf(undefined));
    return traitsOf(dialect, limit.dimension, limit.scope);
  }

  #find(facts: ResponseFacts, source: Source): Dialect {
    return dialectFor(this.#provider, source.host ?? facts.host, viewOf(facts.headers));
  }
}
