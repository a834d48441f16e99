import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePlacedJson } from "../../../simulations/load/json-places.js";
import { modulePlaces } from "../../../simulations/load/module-places.js";
import type { JsonPath } from "../../../simulations/load/places.js";

/** The line that a path leads to, as it is written; undefined where it leads nowhere. */
function lineAt(source: string, ...path: JsonPath): string | undefined {
  const place = modulePlaces(source).placeOf(path);
  return place && source.split("\n")[place.line - 1]?.trim();
}

const STORY = `
import { limit } from "./limits.mjs";
// export default { name: "a comment" };
const MINUTE = 60_000;
const server = {
  limit, // shared
  answers: { medianMs: 5 },
};
const tail = [{ metric: "refused" }];
const touched = { waiting: 1 };
touched.waiting = 2;

/** @type {import("sluice/simulations").Scenario} */
export default ({
  name: "lunch",
  story: \`a \${"}" + \`{\`} template\`,
  "durationMs": 10 * MINUTE,
  // warmUpMs: 5,
  server,
  pattern: /[/"{]\\/}/g,
  clients: [
    { workload: touched },
    { workload: { kind: "poisson", // 2 a second
        requestsPerSecond: 2 } },
  ],
  bounds: [
    { metric: "goodput" },
    ...tail,
    { metric: "cov" },
  ],
  admit(nowMs) { return { late: nowMs > 5 }; },
  made: make({ inner: 1 }),
});
`;

describe("a module with its places", () => {
  it.each<readonly [JsonPath, string]>([
    [[], "export default ({"],
    [["name"], 'name: "lunch",'],
    [["durationMs"], '"durationMs": 10 * MINUTE,'],
    [["server"], "server,"],
    [["server", "limit", "kind"], "limit, // shared"],
    [["server", "answers", "medianMs"], "answers: { medianMs: 5 },"],
    [["clients", 1, "workload", "requestsPerSecond"], "requestsPerSecond: 2 } },"],
    [["bounds", 0, "metric"], '{ metric: "goodput" },'],
  ])("leads %j to its line", (path, line) => {
    expect(lineAt(STORY, ...path)).toBe(line);
  });

  it.each<readonly [JsonPath, string]>([
    [["warmUpMs"], "export default ({"],
    [["clients", 0, "workload", "waiting"], "{ workload: touched },"],
    [["bounds", 1, "metric"], "bounds: ["],
    [["bounds", 2, "metric"], "bounds: ["],
    [["admit", "late"], "admit(nowMs) { return { late: nowMs > 5 }; },"],
    [["made", "inner"], "made: make({ inner: 1 }),"],
  ])("leads %j to what holds it, since no more is certain", (path, line) => {
    expect(lineAt(STORY, ...path)).toBe(line);
  });

  it("follows names that nothing else touches, with or without a type", () => {
    const source = "const a: Scenario = {\n  x: 1 };\nconst b = [a] satisfies Scenario[];\nexport default b;";
    expect(lineAt(source, 0, "x")).toBe("x: 1 };");
    for (const touch of ["a.x = 2", "Object.assign(a, c)", "for (const each of [a]) each.x++", "change({ a })"]) {
      expect(lineAt(`${source}\n${touch};`, 0, "x")).toBe("const b = [a] satisfies Scenario[];");
    }
  });

  it("knows nothing of what is spread over a member, only of what stands behind", () => {
    const source = "export default {\n  x: 1,\n  ...base,\n  y: 2,\n  y: 3 };";
    expect(lineAt(source, "x")).toBe("export default {");
    expect(lineAt(source, "y")).toBe("y: 3 };");
    expect(lineAt("export default {\n x: 1,\n [name]: 2 };", "x")).toBe("export default {");
  });

  it("leads to the export where the rest is made by code", () => {
    for (const made of [
      "[\n{ x: 1 }].map(twice)",
      "{\n x: 1 }.x",
      "make({\n x: 1 })",
      "(0, {\n x: 1 })",
      "a ? {\n x: 1 } : b",
    ]) {
      expect(modulePlaces(`\nexport default ${made};`).placeOf(["x"])).toEqual({ line: 2, column: 1 });
    }
    expect(lineAt("module.exports = {\n  x: 1\n};", "x")).toBe("x: 1");
  });

  it("leads nowhere rather than somewhere in what it can't read", () => {
    for (const source of [
      "",
      "const a = 1;",
      "export default { a: [1 };",
      "export default `",
      "export { a as default };",
    ]) {
      expect(modulePlaces(source).placeOf(["a"])).toBeUndefined();
    }
  });

  it("agrees with JSON on all that is written out", () => {
    fc.assert(
      fc.property(fc.object({ maxDepth: 4 }), fc.nat(2), (value, indent) => {
        const json = JSON.stringify(value, null, indent);
        const written = parsePlacedJson(json);
        const module = modulePlaces(`export default\n${json};`);
        for (const path of pathsIn(written.value)) {
          const place = module.placeOf(path);
          const { line, column } = written.placeOf(path);
          const isFound = place?.line === line + 1 && place.column === column;
          // A name with an escape in it isn't read, and what it may be the same as is forgotten.
          const isAbove = path.some((_, length) => {
            const above = written.placeOf(path.slice(0, length));
            return (
              (length === 0 && place?.line === 1) || (place?.line === above.line + 1 && place.column === above.column)
            );
          });
          expect(isFound || (json.includes("\\") && isAbove)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});

function pathsIn(value: unknown, path: JsonPath = []): readonly JsonPath[] {
  if (typeof value !== "object" || value === null) return path.length === 0 ? [] : [path];
  return Object.entries(value).flatMap(([name, inner]) => {
    const place = [...path, Array.isArray(value) ? Number(name) : name];
    return [place, ...pathsIn(inner, place)];
  });
}
