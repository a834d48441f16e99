import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FIELDS, type Field } from "../../../simulations/playground/fields.js";
import { readHash, writeHash } from "../../../simulations/playground/hash.js";
import { INITIAL, type Settings, withChange } from "../../../simulations/playground/settings.js";

const NAMES = { scenarios: ["s01-ten-a-second", "s13-outage"], contestants: ["yours", "sluice", "retry-only"] };

function valueIn(field: Field): fc.Arbitrary<number | string> {
  if (field.type === "choice") return fc.constantFrom(...field.choices);
  if (field.isWhole === true) return fc.integer({ min: field.min, max: field.max });
  return fc.double({ min: field.min, max: field.max, noNaN: true }).map((value) => (value === 0 ? 0 : value));
}

const values = fc.record(Object.fromEntries(FIELDS.map((field) => [field.name, valueIn(field)])));
const change = fc.record({
  atMs: fc.integer({ min: 0, max: 1e7 }),
  name: fc.constantFrom("limit", "epoch", "outage"),
  value: fc.double({ min: 1, max: 100, noNaN: true }),
});
const settings = fc.record({
  scenario: fc.constantFrom("", ...NAMES.scenarios),
  contestants: fc.shuffledSubarray(NAMES.contestants, { minLength: 1 }),
  values: values as unknown as fc.Arbitrary<Settings["values"]>,
  changes: fc.array(change, { maxLength: 5 }).map((list) => list.reduce(withChange, [] as Settings["changes"])),
});

describe("a link to a run", () => {
  it("says all of it, and is read as it was written", () => {
    fc.assert(
      fc.property(settings, (given) => {
        expect(readHash(writeHash(given), NAMES)).toEqual({ settings: given, complaints: [] });
      }),
    );
  });

  it("never fails, whatever somebody writes, and gives what can be run", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webFragments()), (text) => {
        const { settings: read } = readHash(text, NAMES);
        expect(readHash(writeHash(read), NAMES).complaints).toEqual([]);
      }),
    );
  });

  it.each([
    ["scenario=s99", "there is no scenario 's99': s01-ten-a-second is shown"],
    ["limit=abc", "limit must be a number from 0.1 to 1000, got 'abc': it is 10"],
    ["limit=", "limit must be a number from 0.1 to 1000, got '': it is 10"],
    ["seed=1.5", "seed must be a whole number from 0 to 1000000000, got '1.5': it is 1"],
    ["kind=magic", "kind must be one of policer, window"],
    ["vs=nobody", "there is no contestant 'nobody'"],
    ["colour=red", "nothing is called 'colour'"],
    ["__proto__=1", "nothing is called '__proto__'"],
    ["changes=5:limit:x", "'5:limit:x' is no change, such as 12500:limit:5"],
    ["changes=5:seed:2", "'5:seed:2' is no change"],
    ["changes=-1:limit:2", "'-1:limit:2' is no change"],
    [`vs=${"x".repeat(200)}`, "…'"],
  ])("says what is wrong with %s, and shows the rest", (hash, words) => {
    const { settings: read, complaints } = readHash(`${hash}&decrease=0.5`, NAMES);
    expect(complaints.join()).toContain(words);
    expect(complaints.join().length).toBeLessThan(200);
    expect(read).toEqual({ ...INITIAL, values: { ...INITIAL.values, decrease: 0.5 } });
  });

  it("keeps one change of a name at an instant: the later", () => {
    const first = { atMs: 5, name: "limit", value: 1 };
    expect(withChange([first], { ...first, value: 2 })).toEqual([{ ...first, value: 2 }]);
    expect(withChange([first], { ...first, atMs: 3 }).map(({ atMs }) => atMs)).toEqual([3, 5]);
  });
});
