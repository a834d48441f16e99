import { createSluice } from "sluice";
import { startServer } from "sluice/simulations";

/** A limit that isn't in the way, whatever the headers make of it. */
const WIDE = { kind: "policer", requestsPerSecond: 1_000, windowMs: 60_000, depthMs: 60_000 };

/**
 * Runs one check in a world of its own: a simulated API that speaks a provider's words, a sluice before it, and a count
 * of the times that an SDK has come to our door.
 *
 * @template T
 * @param {{ provider: string, server?: object, options?: object }} what `server` goes to startServer, `options` to createSluice
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
  const sluice = createSluice({ provider, ...options });
  const events = [];
  sluice.event$.subscribe((event) => events.push(event));
  const world = {
    server,
    sluice,
    events,
    url: server.url,
    /** Requests that an SDK brought to our door. */
    knocks: 0,
    /** Tries that left the sluice. */
    sent: () => events.filter(({ type }) => type === "sent").length,
    /** How long the tries took, to the headers of their responses. */
    latenciesMs: () => events.flatMap(({ type, latencyMs }) => (type === "response" ? [latencyMs] : [])),
    /** Tries that the server's limit refused. */
    refused: () => server.state().lanes.reduce((sum, { throttled }) => sum + throttled, 0),
  };
  /** What goes into an SDK: sdkOptions(), with the knocks counted on the way. */
  world.sdkOptions = () => {
    const { fetch, ...rest } = sluice.sdkOptions();
    const counted = (input, init) => {
      world.knocks += 1;
      return fetch(input, init);
    };
    return { ...rest, fetch: Object.assign(counted, fetch) };
  };
  try {
    return await run(world);
  } finally {
    await sluice.close({ abort: true });
    await server.close();
  }
}
