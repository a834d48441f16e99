import { refuse } from "../option-error.js";
import type { RequestOptions } from "../options.js";
import { factsOf } from "../signal/facts.js";
import type { ResponseFacts } from "../signal/signal.js";
import type { Try } from "./job.js";

/**
 * The response in a task's result: where the user's own reader finds one, or else where we do.
 *
 * @throws what that reader throws, and SluiceError `ERR_SLUICE_OPTION` where it gives something that is no response
 */
export function factsInResult(reader: RequestOptions["facts"], result: unknown): ResponseFacts | undefined {
  if (reader === undefined) return factsOf(result);
  const found: unknown = reader(result) ?? factsOf(result);
  return isFacts(found) ? found : refuse("what `facts` returns", "undefined, or an object with a status", found);
}

/** The same in an error, which is better news than a reader that fails on it: of that there is a warning. Never throws. */
export function factsInError(
  reader: RequestOptions["facts"],
  error: unknown,
  attempt: Pick<Try, "warn">,
): ResponseFacts | undefined {
  try {
    return factsInResult(reader, error);
  } catch (worse) {
    attempt.warn(worse);
    return factsOf(error);
  }
}

function isFacts(found: unknown): found is ResponseFacts | undefined {
  return found === undefined || Number.isInteger((found as Partial<ResponseFacts>).status);
}
