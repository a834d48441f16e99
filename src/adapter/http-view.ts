import type { FetchRequest } from "../options.js";
import type { HeaderLookup } from "./identity.js";

/** A request over HTTP, whichever edge it came through, as far as the loop's side of the edge needs to know it. */
export interface HttpView extends FetchRequest, HeaderLookup {
  readonly address: URL;
  /** The caller's own, where it came with the request. */
  readonly signal: AbortSignal | undefined;
  /** Whether its body can be sent again. */
  readonly canRepeat: boolean;
  /** Whether it is the body that names the model, and not the address. */
  readonly isModelInBody: boolean;
  /**
   * The same request to another model; undefined where its body doesn't name one. What made a repeat safe is another's: two
   * requests of one Idempotency-Key would be one to the server.
   */
  withModel(model: string): HttpView | undefined;
}
