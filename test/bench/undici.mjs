import { createSluice } from "sluice";
import { sluiceInterceptor } from "sluice/undici";
import { Agent } from "undici";
import { benchLoopback, body, headers, startBenchServer } from "./loopback.mjs";

/** Requests a second through a dispatcher with `sluiceInterceptor`, with no limit in the way, beside undici bare. */
export async function benchUndici(size) {
  const server = await startBenchServer();
  const { origin, pathname } = new URL(server.url);
  const sluice = createSluice({ control: { rateInitial: 1e9, burst: 1_000 } });
  const agents = [new Agent(), new Agent()];
  const by = (dispatcher) => async () => {
    const response = await dispatcher.request({ origin, path: pathname, method: "POST", headers, body });
    await response.body.json();
  };
  const ways = { bare: by(agents[0]), sluice: by(agents[1].compose(sluiceInterceptor(sluice))) };
  await benchLoopback("undici", ways, size);
  await sluice.close();
  for (const agent of agents) await agent.close();
  server.close();
}
