// The worker's file as it stands in the sources: Node 20 reads no TypeScript, so that its types are taken out on the way.
import { register } from "node:module";

register("./typescript-hooks.mjs", import.meta.url);
await import("../../../simulations/run/worker.ts");
