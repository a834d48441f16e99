/** The versions of undici, by the names that package.json gives them, and the runtimes that each can be loaded by. */
const RUNTIMES = {
  undici7: ["node20.19", "node22", "node24", "node26", "bun"],
  // It needs Node 22.19.
  undici8: ["node22", "node24", "node26", "bun"],
};

/** `sluice/undici` over each, beside the `fetch` of each Node, and how it is refused on Bun. @type {readonly import("../cells.mjs").Cell[]} */
export const UNDICI_CELLS = Object.entries(RUNTIMES).flatMap(([name, runtimes]) =>
  runtimes.map((runtime) => ({
    name: `${name} on ${runtime}`,
    script: runtime === "bun" ? "undici/bun.mjs" : "undici/main.mjs",
    args: [name],
    runtime,
  })),
);
