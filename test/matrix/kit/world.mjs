import { createSluice } from "sluice";
import { startServer } from "sluice/simulations";
import { leadTo } from "./hosts.mjs";

/** A limit that isn't in the way, whatever the headers make of it. */
const WIDE = { kind: "policer", requestsPerSecond: 1_000, windowMs: 60_000, depthMs: 60_000 };

/**
 * Runs one check in a world of its own: a simulated API that speaks a provider's words, to which that provider's host
 * leads, and a sluice before it.
 *
 * @template T
 * @param {{ provider: string, server?: object, options?: object }} what `provider` and `server` go to startServer, `options` to createSluice
 * @param {(world: World) => Promise<T>} run
 * @returns {Promise<T>}
 */
export async function inWorld({ provider, server: serverOptions = {}, options = {} }, run) {
  const server = await startServer({
    provider,
    limit: WIDE,
    latency: { firstByteMs: 20 },
    ...serverOptions,
  });
  leadTo(server.url);
  const sluice = createSluice(options);
  const events = [];
  sluice.event$.subscribe((event) => events.push(event));
  const world = {
    server,
    sluice,
    events,
    /** Requests that an SDK brought to our door. */
    knocks: () => new Set(events.filter(isOfArrival).map(({ request }) => request)).size,
    /** Tries that left the sluice. */
    sent: () => events.filter(({ type }) => type === "sent").length,
    /** How long the tries took, to the headers of their responses. */
    latenciesMs: () => events.flatMap(({ type, latencyMs }) => (type === "response" ? [latencyMs] : [])),
    /** Tries that the server's limit refused. */
    refused: () => server.state().lanes.reduce((sum, { throttled }) => sum + throttled, 0),
  };
  try {
    return await run(world);
  } finally {
    await sluice.close({ abort: true });
    await server.close();
  }
}

/** A request waits, or is refused at once. */
function isOfArrival({ type }) {
  return type === "queued" || type === "dropped";
}
