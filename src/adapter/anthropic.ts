import type { Sluice } from "../sluice.js";
import { FetchEdge } from "./fetch.js";
import { partsOf } from "./parts.js";

/** What is used of a request as that SDK hands it to its middleware. */
export interface AnthropicRequest {
  /** Where it goes, whole. */
  readonly url: string;
  /** As the SDK has made them. */
  readonly headers: Headers;
}

/** One of the functions that `new Anthropic({ middleware: [] })` takes. Made for any version that has them: 0.101 and later. */
export type AnthropicMiddleware = <Request extends AnthropicRequest>(
  request: Request,
  next: (request: Request) => Promise<Response>,
) => Promise<Response>;

/**
 * A sluice as middleware of Anthropic's SDK: what `sluice.fetch` does to a request, and the SDK's own time limit doesn't
 * tick while the request waits, since that is armed around each single try. Its own retries should be off; they would
 * begin where ours have given up.
 *
 * ```ts
 * const anthropic = new Anthropic({ maxRetries: 0, middleware: [sluiceMiddleware(sluice)] });
 * ```
 *
 * @throws SluiceError `ERR_SLUICE_OPTION` for what `createSluice()` of this same package didn't make
 */
export function sluiceMiddleware(sluice: Sluice): AnthropicMiddleware {
  const edge = new FetchEdge(partsOf(sluice));
  return (request, next) => {
    const { url, ...init } = request;
    return edge.fetch(url, init as RequestInit, (input, governed) =>
      next({ ...request, ...governed, url: String(input) }),
    );
  };
}
