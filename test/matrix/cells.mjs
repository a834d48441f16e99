import { RUNTIME_CELLS } from "./runtimes/cells.mjs";
import { UNDICI_CELLS } from "./undici/cells.mjs";

/**
 * One cell of the matrix: a plain script that prints JSON lines `{ door, version, check, ok, detail }`.
 *
 * @typedef {object} Cell
 * @property {string} name As `--only` and the progress call it.
 * @property {string} script From this folder.
 * @property {readonly string[]} [args]
 * @property {string} [runtime] One that `runner/runtimes.mjs` knows; default `node`, the one that runs the matrix.
 * @property {"doors" | "runtimes"} [table] Which of the two it stands in; default `doors`.
 * @property {number} [timeoutMs] After which it is ended, and red. Default five minutes.
 */

/** Every cell, one a line. @type {readonly Cell[]} */
export const CELLS = [
  { name: "openai 5", script: "doors/stainless.mjs", args: ["openai5"] },
  { name: "openai 6", script: "doors/stainless.mjs", args: ["openai6"] },
  { name: "openai 7", script: "doors/stainless.mjs", args: ["openai7"], runtime: "node22" },
  { name: "together-ai", script: "doors/stainless.mjs", args: ["together-ai"] },
  { name: "groq-sdk", script: "doors/stainless.mjs", args: ["groq-sdk"] },
  { name: "anthropic fetch", script: "doors/anthropic.mjs", args: ["fetch"] },
  { name: "anthropic middleware", script: "doors/anthropic.mjs", args: ["middleware"] },
  { name: "ai 6 openai", script: "doors/ai.mjs", args: ["6", "openai"] },
  { name: "ai 6 togetherai", script: "doors/ai.mjs", args: ["6", "togetherai"] },
  { name: "ai 6 anthropic", script: "doors/ai.mjs", args: ["6", "anthropic"] },
  { name: "ai 7 openai", script: "doors/ai.mjs", args: ["7", "openai"], runtime: "node22" },
  { name: "ai 7 togetherai", script: "doors/ai.mjs", args: ["7", "togetherai"], runtime: "node22" },
  { name: "ai 7 anthropic", script: "doors/ai.mjs", args: ["7", "anthropic"], runtime: "node22" },
  { name: "langchain 1.5", script: "doors/langchain.mjs", args: ["@langchain/openai15"] },
  { name: "langchain 1.6", script: "doors/langchain.mjs", args: ["@langchain/openai"], runtime: "node22" },
  { name: "mistral", script: "doors/mistral.mjs" },
  { name: "cohere", script: "doors/cohere.mjs" },
  { name: "google 2", script: "doors/google.mjs", args: ["@google/genai2"] },
  { name: "google 3", script: "doors/google.mjs", args: ["@google/genai"], runtime: "node22" },
  ...UNDICI_CELLS,
  ...RUNTIME_CELLS,
];
