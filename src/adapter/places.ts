import { dialectAt } from "../dialect/catalog.js";
import type { Dialect, EndpointRow } from "../dialect/dialect.js";
import { endpointOf } from "../dialect/endpoint.js";
import type { Place } from "../flow/job.js";
import type { HttpView } from "./http-view.js";
import { accountOf } from "./identity.js";

/** Finds what is documented of where requests go, and remembers the last: a program asks for the same again and again. */
export class Places {
  readonly #provider: string | Dialect | undefined;
  #address: URL | undefined = undefined;
  #method = "";
  #endpoint: EndpointRow | undefined = undefined;
  #place: Place | undefined = undefined;
  #key = "";

  constructor(provider: string | Dialect | undefined) {
    this.#provider = provider;
  }

  endpointOf({ address, method }: HttpView): EndpointRow | undefined {
    if (address !== this.#address || method !== this.#method) {
      this.#address = address;
      this.#method = method;
      this.#endpoint = endpointOf(dialectAt(this.#provider, address.hostname), method, address.pathname);
    }
    return this.#endpoint;
  }

  /** The place of a request that has this key. `isOwn`: the key is the user's own. */
  of(view: HttpView, key: string, isOwn: boolean): Place | undefined {
    const endpoint = this.endpointOf(view);
    if (endpoint === undefined) return undefined;
    if (isOwn) return { endpoint, account: undefined };
    if (this.#place?.endpoint !== endpoint || key !== this.#key) {
      this.#key = key;
      this.#place = { endpoint, account: accountOf(key) };
    }
    return this.#place;
  }
}
