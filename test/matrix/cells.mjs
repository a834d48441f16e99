import { RUNTIME_CELLS } from "./runtimes/cells.mjs";
import { TYPES_CELLS } from "./types/cells.mjs";
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
 * @property {boolean} [keepsPace] Whether it measures a pace, and so should be let run before others.
 * @property {string} [sdk] Whose lines of the README it runs.
 * @property {Readonly<Record<string, string>>} [packages] Under which names that SDK's packages are installed here.
 */

/** An SDK as the README calls it, in one version: on the oldest Node that we take, unless it needs a newer one. */
function sdkCell(script, sdk, packages, runtime = "node20.19") {
  const installed = Object.entries(packages).map(([name, alias]) => `${name}=${alias}`);
  const name = [sdk, ...Object.values(packages)].join(" ");
  const cell = { name, script: `doors/${script}.mjs`, args: [sdk, ...installed], runtime, sdk, packages };
  return { ...cell, keepsPace: true, timeoutMs: 600_000 };
}

const ofAi = (provider) => [
  sdkCell("ai", `ai, @ai-sdk/${provider}`, { ai: "ai6", [`@ai-sdk/${provider}`]: `@ai-sdk/${provider}6` }),
  sdkCell("ai", `ai, @ai-sdk/${provider}`, { ai: "ai", [`@ai-sdk/${provider}`]: `@ai-sdk/${provider}` }, "node22"),
];
const same = (name) => ({ [name]: name });

/** SDKs, a version each. @type {readonly Cell[]} */
export const SDK_CELLS = [
  sdkCell("stainless", "openai", { openai: "openai5" }),
  sdkCell("stainless", "openai", { openai: "openai6" }),
  sdkCell("stainless", "openai", { openai: "openai7" }, "node22"),
  sdkCell("stainless", "together-ai", same("together-ai")),
  sdkCell("stainless", "groq-sdk", same("groq-sdk")),
  sdkCell("anthropic", "@anthropic-ai/sdk, fetch", same("@anthropic-ai/sdk")),
  sdkCell("anthropic", "@anthropic-ai/sdk, middleware", same("@anthropic-ai/sdk")),
  ...ofAi("openai"),
  ...ofAi("togetherai"),
  ...ofAi("anthropic"),
  sdkCell("langchain", "@langchain/openai", { "@langchain/openai": "@langchain/openai15" }),
  sdkCell("langchain", "@langchain/openai", same("@langchain/openai"), "node22"),
  sdkCell("mistral", "@mistralai/mistralai", same("@mistralai/mistralai")),
  sdkCell("cohere", "cohere-ai", same("cohere-ai")),
  sdkCell("google", "@google/genai", { "@google/genai": "@google/genai2" }),
  sdkCell("google", "@google/genai", same("@google/genai"), "node22"),
];

/** Every cell. @type {readonly Cell[]} */
export const CELLS = [...SDK_CELLS, ...UNDICI_CELLS, ...TYPES_CELLS, ...RUNTIME_CELLS];
