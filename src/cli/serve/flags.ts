import type { ParseArgsConfig } from "node:util";

/** The options of `sluice serve`. None has a default here: what isn't given is left to a file, a scenario, or the server. */
export const OPTIONS = {
  port: { type: "string" },
  provider: { type: "string" },
  headers: { type: "string" },
  model: { type: "string", multiple: true },
  seed: { type: "string" },
  config: { type: "string" },
  scenario: { type: "string" },
  speed: { type: "string" },
  latency: { type: "string" },
  "latency-spread": { type: "string" },
  "token-latency": { type: "string" },
  "refusal-latency": { type: "string" },
  "slow-share": { type: "string" },
  "slow-factor": { type: "string" },
  limit: { type: "string", multiple: true },
  tokens: { type: "string" },
  base: { type: "string" },
  cap: { type: "string" },
  "usage-window": { type: "string" },
  attribution: { type: "boolean" },
  depth: { type: "string" },
  capacity: { type: "string" },
  "in-flight": { type: "string" },
  shared: { type: "string" },
  org: { type: "string", multiple: true },
  "require-key": { type: "boolean" },
  "fine-tunes": { type: "string" },
  "fine-tune-time": { type: "string" },
  batches: { type: "string" },
  "batch-rate": { type: "string" },
  schedule: { type: "string" },
  fault: { type: "string", multiple: true },
  lie: { type: "string", multiple: true },
  json: { type: "boolean", default: false },
} as const satisfies ParseArgsConfig["options"];

/** Options for what one limit is like. */
export const LIMIT_FLAGS = [
  "limit",
  "tokens",
  "base",
  "cap",
  "usage-window",
  "attribution",
  "depth",
  "capacity",
  "in-flight",
] as const satisfies readonly (keyof typeof OPTIONS)[];

/** Options for what a scenario says itself. */
export const STORY_FLAGS = [
  "headers",
  ...LIMIT_FLAGS,
  "shared",
  "org",
  "require-key",
  "schedule",
  "fault",
  "lie",
] as const satisfies readonly (keyof typeof OPTIONS)[];
