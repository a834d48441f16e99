import { type CompleteOptions, checkRequestOptions } from "../complete.js";
import type { Cost } from "../cost.js";
import { type Terms, termsByDefault, termsOf } from "../flow/terms.js";
import type { RequestOptions } from "../options.js";
import { estimateOf } from "./estimate.js";
import type { HttpView } from "./http-view.js";
import { Fingerprints, Identities } from "./identity.js";

/** Finds what a request over HTTP asks of the loop: whose budget it draws on, what it is expected to spend, on what terms. */
export class Appraiser {
  readonly #options: CompleteOptions;
  readonly #usual: Terms;
  readonly #fingerprints = new Fingerprints();
  readonly #identities = new Identities();

  constructor(options: CompleteOptions) {
    this.#options = options;
    this.#usual = termsByDefault(options);
  }

  /**
   * Nearly always the fingerprint is known, and then so is the key.
   *
   * @throws SluiceError `ERR_SLUICE_OPTION` where the user's function gives no key
   */
  keyOf(view: HttpView, own: RequestOptions | undefined): string | Promise<string> {
    const given = own?.key ?? this.#keyByUser(view);
    if (given !== undefined) return given;
    const fingerprint = this.#fingerprints.of(view.address, view.header);
    return typeof fingerprint === "string"
      ? this.#identities.of(view.address, fingerprint, view.model)
      : fingerprint.then((known) => this.#identities.of(view.address, known, view.model));
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

  #keyByUser(view: HttpView): string | undefined {
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
