/** Each with the types that a user's project may have. @type {readonly import("../cells.mjs").Cell[]} */
export const TYPES_CELLS = ["@types/node", "DOM library", "@types/bun"].map((types) => ({
  name: `types with ${types}`,
  script: "types/main.mjs",
  args: [types],
}));
