import { startProxy } from "../../../dist/src/cli/proxy/start.js";

// A proxy in a process of its own that can be weighed: node --expose-gc host.mjs TARGET OPTIONS
const [target, options] = process.argv.slice(2);
const proxy = await startProxy(
  {
    target: new URL(target),
    host: "127.0.0.1",
    port: 0,
    pages: "/__sluice",
    options: JSON.parse(options),
    limits: { headBytesMax: 16_384, bodyBytesMax: 1e8, memoryBytesMax: 1e8 },
  },
  () => {},
);
process.on("message", async (what) => {
  if (what === "weigh") {
    globalThis.gc();
    // What the first collection lets go of may hold more.
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc();
    process.send({ heapBytes: process.memoryUsage().heapUsed, resources: process.getActiveResourcesInfo() });
  } else {
    await proxy.stop(5_000);
    process.disconnect();
  }
});
process.send(proxy.url);
