import { Live } from "../../adapter/dashboard/live.js";
import { isLoopback } from "../../adapter/dashboard/loopback.js";
import { partsOf } from "../../adapter/parts.js";
import { DispatchGate } from "../../adapter/undici/gate.js";
import { systemClock } from "../../clock.js";
import { createSluice } from "../../sluice.js";
import { createAgent } from "../agent.js";
import { Admission } from "./admission.js";
import type { ProxyArgs } from "./args.js";
import { BodyRoom } from "./body-room.js";
import { Books } from "./books.js";
import type { ExchangeHouse } from "./exchange.js";
import { Gateway } from "./gateway.js";
import { ownKeyFor } from "./own-key.js";
import { LIVE, PAGE_PATHS, Pages, stateOf, trafficOf } from "./pages.js";
import { RateHeaders } from "./rate-headers.js";
import { Routes } from "./routes.js";
import { createProxyServer, listen } from "./server.js";
import { Stalls } from "./stalls.js";

/** A proxy at work. */
export interface RunningProxy {
  readonly url: string;
  readonly port: number;
  /** The address of its live page, and what a visitor must have; undefined where it isn't reached from this machine. */
  readonly page: { readonly url: string; readonly token: string } | undefined;
  state(): ReturnType<typeof stateOf>;
  /**
   * Takes no more requests, refuses what waits, and lets what is in flight end for `graceMs`. Resolves when the port is
   * free, and no connection or timer is left.
   */
  stop(graceMs: number): Promise<void>;
}

/** Of a body that nothing comes of for so long, no more is expected, in milliseconds. */
const STALL_MS = 30_000;
/** A body of a smaller share of the memory for all of them is held; others are sent on as they come. */
const HELD_SHARE = 8;
/** Of the target's answers: some send more than Node's 16 KB of headers. */
const TARGET_HEAD_BYTES_MAX = 65_536;

/**
 * Starts a proxy. `onUnreachable` hears of each connection to the target that can't be opened; `token` is
 * what a visitor of its live page must have, where that is to be the same again.
 *
 * @throws SluiceError `ERR_SLUICE_OPTION`; rejects where the port can't be had
 */
export async function startProxy(
  args: ProxyArgs,
  onUnreachable: (host: string, error: unknown) => void,
  token?: string,
): Promise<RunningProxy> {
  const { target, host, options, limits } = args;
  const sluice = createSluice({ ...options, onReject: "response" });
  const gate = new DispatchGate(partsOf(sluice));
  const agent = createAgent({ maxHeaderSize: TARGET_HEAD_BYTES_MAX });
  agent.on("connectionError", (_origin, _targets, error) => onUnreachable(target.host, error));
  const send = agent.dispatch.bind(agent);
  const server = createProxyServer(limits.headBytesMax);
  const books = new Books(() => sluice.budgets());
  const { provider } = options;
  const live = new Live({
    ...{ sluice, clock: systemClock, token },
    about: { kind: "proxy", title: target.host },
    extra: () => trafficOf(books),
  });
  const base = {
    books,
    live,
    room: new BodyRoom(limits.memoryBytesMax),
    limits: { bytesMax: limits.bodyBytesMax, heldMax: Math.ceil(limits.memoryBytesMax / HELD_SHARE) },
    stalls: new Stalls(systemClock, STALL_MS),
    origin: target.origin,
    host: target.host,
    target: target.href,
    rateHeaders: new RateHeaders(books, provider, target.hostname),
    admission: new Admission(args.token, host),
    routes: new Routes(target, { path: args.pages, names: PAGE_PATHS }),
    putKey: args.apiKey === undefined ? undefined : ownKeyFor(args.apiKey, { provider, host: target.hostname }),
    isStopping: false,
    dispatch: (...[sent, relay, aside]: Parameters<ExchangeHouse["dispatch"]>) =>
      void gate.dispatch(send, undefined, sent, relay, aside),
    connections: () =>
      new Promise<number>((resolve) => server.getConnections((error, count) => resolve(error === null ? count : 0))),
  };
  const house = Object.assign(base, { pages: new Pages(base) });
  server.gateway = new Gateway(house);
  // Whoever keeps a connection for the next request must not hold up a proxy that stops.
  server.on("request", (_, response) =>
    response.once("close", () => house.isStopping && server.closeIdleConnections()),
  );
  const port = await listen(server, args);

  return {
    url: `http://${nameOf(host)}:${port}`,
    port,
    page: pageAt(host, port, `${args.pages}${LIVE}/`, live.token.text),
    state: () => stateOf(house),
    async stop(graceMs) {
      house.isStopping = true;
      live.end();
      const isClosed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const cancel = systemClock.after(graceMs, () => {
        void sluice.close({ abort: true });
        server.closeAllConnections();
      });
      await sluice.close();
      server.closeIdleConnections();
      await isClosed;
      cancel();
      house.stalls.close();
      await agent.destroy();
    },
  };
}

/** The live page is for this machine alone: it has no address where the proxy has none here that is. */
function pageAt(host: string, port: number, path: string, token: string): RunningProxy["page"] {
  const local = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return isLoopback(local) ? { url: `http://${nameOf(local)}:${port}${path}`, token } : undefined;
}

/** An address as it stands in a URL. */
function nameOf(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
