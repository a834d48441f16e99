import type { IncomingMessage, ServerResponse } from "node:http";
import type { Admission } from "./admission.js";
import { Exchange, type ExchangeHouse } from "./exchange.js";
import { STOPPING } from "./failure.js";
import { type Headers, splitHeaders } from "./headers.js";
import { HEALTH, type Pages } from "./pages.js";
import { type Refusal, sendRefusal } from "./refusal.js";
import type { Routes } from "./routes.js";
import { isRefused, readWishes } from "./wishes.js";

/** What stands at the gate. */
export interface GatewayHouse extends ExchangeHouse {
  readonly admission: Admission;
  readonly routes: Routes;
  readonly pages: Pages;
  /** Puts in a key of ours, where there is one. */
  readonly putKey: ((headers: Headers, path: string) => void) | undefined;
}

/** Lets requests in, and sends each where it goes. */
export class Gateway {
  readonly #house: GatewayHouse;

  constructor(house: GatewayHouse) {
    this.#house = house;
  }

  handle(request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void {
    const { admission, routes, pages, isStopping, putKey } = this.#house;
    const { url = "/", headers } = request;
    const route = routes.of(url, headers.host);
    const isPage = route.to === "page";
    const livePath = isPage ? pages.livePathOf(route.name) : undefined;
    if (livePath !== undefined)
      return void pages.answerLive(livePath, request, response).catch(() => response.destroy());
    const refusal = isPage && route.name === HEALTH ? undefined : admission.refusalOf(request, isPage);
    if (refusal !== undefined) return sendRefusal(response, refusal);
    if (route.to === "nowhere") return sendRefusal(response, route.refusal);
    if (route.to === "page") return void pages.answer(route.name, request, response).catch(() => response.destroy());
    if (isStopping) return sendRefusal(response, STOPPING);
    const unfit = unfitness(request);
    if (unfit !== undefined) return sendRefusal(response, unfit);
    const { sent, ours } = splitHeaders(request.rawHeaders, headers.connection);
    const wishes = ours.length === 0 ? undefined : readWishes(ours);
    if (wishes !== undefined && isRefused(wishes)) return sendRefusal(response, wishes);
    putKey?.(sent, route.path);
    new Exchange(this.#house, request, response, { path: route.path, headers: sent, wishes, expectsContinue }).begin();
  }
}

/** What HTTP has and a proxy for APIs doesn't pass on. */
function unfitness({ method, headers }: IncomingMessage): Refusal | undefined {
  if (method === "TRACE") {
    return { status: 405, code: "ERR_PROXY_METHOD", message: "TRACE would show keys, and isn't passed on" };
  }
  const upgrade = headers.upgrade?.trim().toLowerCase();
  // An offer of HTTP/2, as Java's client makes it with each request, may be passed over (RFC 9110 §7.8).
  if (upgrade === undefined || /^h2c?$/.test(upgrade)) return undefined;
  const message = `no upgrade to ${JSON.stringify(upgrade.slice(0, 40))}: this proxy speaks HTTP/1.1, and no WebSocket`;
  return { status: 501, code: "ERR_PROXY_UPGRADE", message };
}
