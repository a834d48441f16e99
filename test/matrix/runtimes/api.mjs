import { startServer } from "sluice/simulations";
import { freePort } from "./ports.mjs";

const limited = (requestsPerSecond) => ({ kind: "policer", requestsPerSecond, depthMs: 1_000 });
const MODELS =
  "twenty one-a-second fast slow failing closing spent any again streamed-up never-sent breaking inside behind";

/** A simulated API with a model for each thing that is checked, and an address where nobody listens. */
export async function startApi() {
  const server = await startServer({
    provider: "together",
    models: MODELS.split(" ").map((id) => ({ id, type: "chat" })),
    limit: limited(200),
    limits: { twenty: limited(20), "one-a-second": limited(1) },
    latency: { firstByteMs: 20, perTokenMs: 8 },
  });
  return { origin: server.url, deadOrigin: `http://127.0.0.1:${await freePort()}`, close: () => server.close() };
}
