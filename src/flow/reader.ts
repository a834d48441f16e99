import type { Dimension } from "../cost.js";
import { dialectFor, dialectOfName } from "../dialect/catalog.js";
import type { Dialect } from "../dialect/dialect.js";
import { readWith } from "../dialect/read.js";
import { traitsOf } from "../dialect/traits.js";
import { refuse } from "../option-error.js";
import { viewOf } from "../signal/headers.js";
import type { LimitTraits, ResponseFacts, Signal } from "../signal/signal.js";

/** The dialect of a server of which nothing is known. */
const UNKNOWN = "generic";

/** Where responses come from, and what was found out about it. A lane is one. */
export interface Source {
  /** Host that answers, where an edge knows it. */
  host: string | undefined;
  /** The dialect that its responses are read with, once it is known. */
  dialect: Dialect | undefined;
}

/** Turns responses into signals: the one view that the loop has of the dialects. */
export class Reader {
  /** What the `readBody` of a dialect of the user's threw at the response that was read last. */
  failure: { readonly error: unknown } | undefined = undefined;
  readonly #provider: string | Dialect | undefined;

  /**
   * @param provider a provider's name or a dialect; without one it is found from the host, then from the headers
   * @throws SluiceError `ERR_SLUICE_OPTION` where no provider has that name, or the dialect isn't a table of that kind
   */
  constructor(provider: string | Dialect | undefined) {
    if (typeof provider === "string" && dialectOfName(provider) === undefined) {
      refuse("provider", "a name that is known, or a dialect table", provider);
    }
    try {
      this.#provider = typeof provider === "object" ? this.#guarded(provider) : provider;
      this.traits({ host: undefined, dialect: undefined }, { dimension: "requests" });
    } catch {
      refuse("provider", "a dialect table whose traits can be read", provider);
    }
  }

  /** Throws only what a dialect of the user's throws. */
  read(facts: ResponseFacts, source: Source): Signal {
    this.failure = undefined;
    const view = viewOf(facts.headers);
    const dialect = source.dialect ?? dialectFor(this.#provider, source.host ?? facts.host, view);
    // A response without a sign of its provider says nothing: a later one may.
    if (dialect.name !== UNKNOWN) source.dialect = dialect;
    return readWith(facts, dialect, view);
  }

  /** Whether it is known before any response whose words it will be in: from the option, or from the host. */
  isForeseen(host: string | undefined): boolean {
    return dialectFor(this.#provider, host, viewOf(undefined)).name !== UNKNOWN;
  }

  /** What is known of a limit of whoever answers there, beside what its responses say. */
  traits(source: Source, limit: { readonly dimension: Dimension; readonly scope?: string | undefined }): LimitTraits {
    const dialect = source.dialect ?? dialectFor(this.#provider, source.host, viewOf(undefined));
    return traitsOf(dialect, limit.dimension, limit.scope);
  }

  /** A body that can't be read leaves the headers that can: so what its reader throws is noted, and ends nothing. */
  #guarded(dialect: Dialect): Dialect {
    const { readBody } = dialect;
    if (readBody === undefined) return dialect;
    const guarded: Dialect["readBody"] = (body) => {
      try {
        return readBody.call(dialect, body);
      } catch (error) {
        this.failure = { error };
        return undefined;
      }
    };
    return Object.create(dialect, { readBody: { value: guarded } }) as Dialect;
  }
}
