import { runCore } from "./core/checks.mjs";

const asked = new URL(location.href).searchParams;
const tell = globalThis.tell;
const world = { origin: asked.get("origin"), deadOrigin: asked.get("deadOrigin"), carries: false };
await runCore(world, (verdict) => tell(verdict));
await tell(null);
