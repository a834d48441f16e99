import { type CompleteOptions, checkRequestOptions } from "../complete.js";
import type { Cost } from "../cost.js";
import type { Place } from "../flow/job.js";
import { type Terms, termsByDefault, termsOf } from "../flow/terms.js";
import type { RequestOptions } from "../options.js";
import { estimateOf } from "./estimate.js";
import type { HttpView } from "./http-view.js";
import { Fingerprints, Identities } from "./identity.js";
import { Places } from "./places.js";

/** Finds what a request over HTTP asks of the loop: whose budget it draws on, what it is expected to spend, on what terms. */
export class Appraiser {
  readonly #options: CompleteOptions;
  readonly #usual: Terms;
  readonly #fingerprints = new Fingerprints();
  readonly #identities = new Identities();
  readonly #places: Places;

  constructor(options: CompleteOptions) {
    this.#options = options;
    this.#usual = termsByDefault(options);
    this.#places = new Places(options.provider);
  }

  /**
   * Nearly always the fingerprint is known, and then so is the key.
   *
   * @throws SluiceError `ERR_SLUICE_OPTION` where the user's function gives no key
   */
  keyOf(view: HttpView, own: RequestOptions | undefined): string | Promise<string> {
    const given = this.#givenKey(view, own);
    if (given !== undefined) return given;
    const fingerprint = this.#fingerprints.of(view.address, view);
    const about = this.#subjectOf(view);
    return typeof fingerprint === "string"
      ? this.#identities.of(view.address, fingerprint, about)
      : fingerprint.then((known) => this.#identities.of(view.address, known, about));
  }

  /** What is documented of where it goes, once its key is known. */
  placeOf(view: HttpView, key: string, own: RequestOptions | undefined): Place | undefined {
    return this.#places.of(view, key, own?.key !== undefined || this.#options.key !== undefined);
  }

  /** Whose limit it is, of an account: the model's, or that of jobs, which are asked for by a model's name too. */
  #subjectOf(view: HttpView): string | undefined {
    const endpoint = this.#places.endpointOf(view);
    return endpoint?.jobs === undefined ? view.model : `(${endpoint.name})`;
  }

  /** @throws SluiceError `ERR_SLUICE_OPTION` where the user's function gives no cost */
  costOf(view: HttpView, own: RequestOptions | undefined): Cost {
    return own?.cost ?? this.#costByUser(view) ?? estimateOf(view);
  }

  /** `signal`: the caller's own, which goes before that of the surroundings. */
  termsOf(own: RequestOptions | undefined, signal: AbortSignal | undefined): Terms {
    const abort = signal ?? own?.signal;
    if (own === undefined && abort === undefined) return this.#usual;
    return termsOf(abort === undefined ? { ...own } : { ...own, signal: abort }, this.#usual, undefined);
  }

  #givenKey(view: HttpView, own: RequestOptions | undefined): string | undefined {
    if (own?.key !== undefined) return own.key;
    const key = this.#options.key?.(view);
    if (key !== undefined) checkRequestOptions({ key });
    return key;
  }

  #costByUser(view: HttpView): Cost | undefined {
    const cost = this.#options.cost?.(view);
    if (cost !== undefined) checkRequestOptions({ cost });
    return cost;
  }
}
