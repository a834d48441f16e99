import type { Command } from "./command.js";

/** One line a command. Each is loaded when it is asked for, so that `sluice run` doesn't pay for the simulated server. */
export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  compare: () => import("./compare.js"),
  demo: () => import("./demo.js"),
  limits: () => import("./limits.js"),
  proxy: () => import("./proxy.js"),
  replay: () => import("./replay.js"),
  run: () => import("./run.js"),
  serve: () => import("./serve.js"),
  simulate: () => import("./simulate.js"),
  tune: () => import("./tune.js"),
  watch: () => import("./watch.js"),
};
