import { runCore } from "./core/checks.mjs";

// Runs the core's checks on whatever runs this: Node, Bun, Deno. It then ends by itself, or the host says that it didn't.
const [origin, deadOrigin] = (globalThis.Deno?.args ?? process.argv.slice(2)).slice(0, 2);
await runCore({ origin, deadOrigin, carries: true }, (verdict) => console.log(JSON.stringify(verdict)));
