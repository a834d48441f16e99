import type { FetchRequest } from "../options.js";
import type { HeaderLookup } from "./identity.js";

/** A request over HTTP, whichever edge it came through, as far as the loop's side of the edge needs to know it. */
export interface HttpView extends FetchRequest, HeaderLookup {
  readonly address: URL;
  /** Whether its body can be sent again. */
  readonly canRepeat: boolean;
}
