import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { firstOf, gaps, greatestOf, lastOf, stretchOf, sumOf } from "../../../simulations/playground/browser/merge.js";
import { placeOf, valueAt } from "../../../simulations/playground/browser/slider.js";
import { Column } from "../../../simulations/playground/column.js";
import { FIELDS, type Field, faultOf } from "../../../simulations/playground/fields.js";

describe("columns", () => {
  it("tell elsewhere all that has changed, and no more", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(2_000), fc.integer(), fc.boolean())), (sets) => {
        const [here, there] = [new Column(), new Column()];
        for (const [bin, value, isTold] of sets) {
          here.set(bin, value);
          const changes = isTold ? here.changes() : undefined;
          if (changes !== undefined) there.take(changes);
        }
        const last = here.changes();
        if (last !== undefined) there.take(last);
        expect([...there.view()]).toEqual([...here.view()]);
        expect(here.changes()).toBeUndefined();
      }),
    );
  });

  it("are merged to what a screen can show: nothing of a sum or a peak is lost", () => {
    const values = Float64Array.from({ length: 10_000 }, (_, bin) => (bin === 7_777 ? 50 : 1));
    const stretch = stretchOf(0, values.length);
    const sums = sumOf(values, stretch);
    expect(sums.length).toBeLessThanOrEqual(800);
    expect(sums.reduce((one, other) => one + other, 0)).toBe(10_049);
    expect(Math.max(...greatestOf(values, stretch))).toBe(50);
    const some = Float64Array.of(Number.NaN, 3, 5, Number.NaN);
    const all = { from: 0, until: 4, size: 4 };
    expect([
      firstOf(some, all),
      greatestOf(some, all),
      lastOf(Float64Array.of(1, 2), { from: 0, until: 2, size: 2 }),
    ]).toEqual([[3], [5], [2]]);
    expect(gaps(firstOf(Float64Array.of(), all))).toEqual([null]);
  });

  it("keep the edges of their bins wherever one looks", () => {
    expect(stretchOf(1_003, 2_903)).toEqual({ from: 1_002, until: 2_904, size: 3 });
  });
});

describe("sliders", () => {
  it("give values that may be, and stand where their value is", () => {
    for (const field of FIELDS.filter((each: Field) => each.type === "number") as Field[]) {
      if (field.type !== "number") continue;
      for (const place of [0, 1, 333, 500, 999, 1_000]) {
        const value = valueAt(field, place);
        expect([field.name, place, faultOf(field, String(value))]).toEqual([field.name, place, undefined]);
        expect(Math.abs(valueAt(field, placeOf(field, value)) - value)).toBeLessThanOrEqual(0.01 * Math.max(1, value));
      }
    }
  });
});
