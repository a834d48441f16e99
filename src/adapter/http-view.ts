import type { FetchRequest } from "../options.js";

/** A request over HTTP, whichever edge it came through, as far as the loop's side of the edge needs to know it. */
export interface HttpView extends FetchRequest {
  readonly address: URL;
  /** Looks one header up by its name in lower case. */
  readonly header: (name: string) => string | undefined;
  /** Whether its body can be sent again. */
  readonly canRepeat: boolean;
}
