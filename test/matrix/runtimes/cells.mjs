const table = "runtimes";

/** Where the core is checked; workerd with and without its Node flag. */
const RUNTIMES = "node20.19,node22,node24,node26,bun,deno,workerd,workerd nodejs_compat,chromium".split(",");

/** What is checked of runtimes, and on them. @type {readonly import("../cells.mjs").Cell[]} */
export const RUNTIME_CELLS = [
  // The longest first: it is nothing but computing.
  { name: "equal seeds", script: "runtimes/seeds.mjs", timeoutMs: 600_000, table },
  ...RUNTIMES.map((words) => ({
    name: `core on ${words}`,
    script: "runtimes/host.mjs",
    args: words.split(" "),
    table,
  })),
  ...RUNTIMES.filter((runtime) => runtime.startsWith("node")).map((runtime) => ({
    name: `doors and command on ${runtime}`,
    script: "runtimes/node.mjs",
    runtime,
    table,
  })),
  ...["node20.19", "bun", "deno"].map((runtime) => ({
    name: `dashboard on ${runtime}`,
    script: "runtimes/dashboard.mjs",
    args: [runtime],
    table,
  })),
  { name: "heap after 100,000 requests", script: "runtimes/memory.mjs", runtime: "node24", table },
  { name: "size for a browser", script: "runtimes/size.mjs", table },
];
