/**
 * One cell of the matrix: a plain script that prints JSON lines `{ door, version, check, ok, detail }`.
 *
 * @typedef {object} Cell
 * @property {string} name As `--only` and the progress call it.
 * @property {string} script From this folder.
 * @property {readonly string[]} [args]
 * @property {string} [runtime] One that `runner/runtimes.mjs` knows; default `node`, the one that runs the matrix.
 * @property {number} [timeoutMs] After which it is ended, and red. Default two minutes.
 */

/** Every cell, one a line. @type {readonly Cell[]} */
export const CELLS = [
  { name: "openai 5", script: "doors/openai.mjs", args: ["openai5"] },
  { name: "openai 6", script: "doors/openai.mjs", args: ["openai6"] },
  { name: "openai 7", script: "doors/openai.mjs", args: ["openai7"], runtime: "node22" },
];
