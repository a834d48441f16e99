import { createSluice } from "sluice";
import { benchLoopback, body, headers, startBenchServer } from "./loopback.mjs";

/** Requests a second through `sluice.fetch` with no limit in the way, beside the same fetch bare. */
export async function benchFetch(size) {
  const server = await startBenchServer();
  const sluice = createSluice({ control: { rateInitial: 1e9, burst: 1_000 } });
  const by = (fetch) => async () => {
    const response = await fetch(server.url, { method: "POST", headers, body });
    await response.json();
  };
  await benchLoopback("fetch", { bare: by(globalThis.fetch), sluice: by(sluice.fetch) }, size);
  await sluice.close();
  server.close();
}
