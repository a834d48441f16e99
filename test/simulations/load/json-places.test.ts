import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonError, parsePlacedJson } from "../../../simulations/load/json-places.js";
import type { JsonPath } from "../../../simulations/load/places.js";

const TEXT = `{
  "name": "one",
  "bounds": [
    { "metric": "goodput" },
    { "metric": "refused",
      "atMost": 0.1 }
  ]
}`;

function problemIn(text: string): string {
  try {
    parsePlacedJson(text);
  } catch (error) {
    if (error instanceof JsonError) return `${error.place.line}:${error.place.column} ${error.message}`;
  }
  return "fine";
}

describe("JSON with its places", () => {
  it("knows the line of each member and element", () => {
    const { value, placeOf } = parsePlacedJson(TEXT);
    expect(value).toEqual(JSON.parse(TEXT));
    const lineOf = (...path: JsonPath) => placeOf(path).line;
    expect([lineOf(), lineOf("name"), lineOf("bounds"), lineOf("bounds", 0), lineOf("bounds", 1, "atMost")]).toEqual([
      1, 2, 3, 4, 6,
    ]);
    expect(placeOf(["bounds", 1, "atMost"])).toEqual({ line: 6, column: 7 });
  });

  it("points to what holds it where something is missing", () => {
    const { placeOf } = parsePlacedJson(TEXT);
    expect(placeOf(["bounds", 1, "within", "fromMs"])).toEqual({ line: 5, column: 5 });
    expect(placeOf(["story"])).toEqual({ line: 1, column: 1 });
  });

  it("takes exactly what JSON.parse takes, and reads the same", () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.nat(), fc.string({ maxLength: 2 }), (json, from, count, piece) => {
        const at = from % (json.length + 1);
        const text = json.slice(0, at) + piece + json.slice(at + (count % 3));
        let expected: unknown;
        try {
          expected = JSON.parse(text);
        } catch {
          expect(problemIn(text)).toMatch(/^\d+:\d+ ./);
          return;
        }
        expect(parsePlacedJson(text).value).toEqual(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  it("says where a text stops being JSON, and what it would need", () => {
    for (const [text, problem] of [
      ["", "1:1 expected a value, but here is the end of the file"],
      ['{\n  "a": 1,\n}', "3:1 no ',' may stand before '}', but here is \"}\""],
      ['{\n  "a": 1\n  "b": 2\n}', "3:3 expected ',' or '}', but here is \"\\\"\""],
      ['{ "a" 1 }', "1:7 expected ':', but here is \"1\""],
      ["{ a: 1 }", '1:3 expected a name in double quotes, but here is "a"'],
      ["[1, 2", "1:6 expected ',' or ']', but here is the end of the file"],
      ["[1] // one", '1:5 JSON has no comments, but here is "/"'],
      ['["a\nb"]', '1:2 a text that isn\'t closed on its line, or has a wrong escape, but here is "\\""'],
      ["[01]", "1:3 expected ',' or ']', but here is \"1\""],
      ["[1] [2]", '1:5 nothing may follow the end of the value, but here is "["'],
    ] as const) {
      expect(problemIn(text)).toBe(problem);
    }
    expect(problemIn("[".repeat(100_000))).toContain("nested too deeply");
  });
});
