import type { CompleteOptions } from "../complete.js";
import type { Submitter } from "../flow/job.js";
import { refuse } from "../option-error.js";
import type { Ambient } from "./context.js";

/** What an edge needs of the house. */
export interface EdgeParts {
  readonly submitter: Submitter;
  readonly options: CompleteOptions;
  readonly ambient: Ambient;
}

/** By the handle that `createSluice` gave out: what stands behind it is nobody's business but our own doors'. */
const kept = new WeakMap<object, EdgeParts>();

/** Keeps what stands behind a sluice, for the doors that are handed no more than the sluice. */
export function keepParts(sluice: object, parts: EdgeParts): void {
  kept.set(sluice, parts);
}

/**
 * What stands behind a sluice.
 *
 * @throws SluiceError `ERR_SLUICE_OPTION` where it is none, or another copy of this package made it
 */
export function partsOf(sluice: unknown): EdgeParts {
  const parts = typeof sluice === "object" && sluice !== null ? kept.get(sluice) : undefined;
  return parts ?? refuse("sluice", "what createSluice() of this same installed package returned", sluice);
}
