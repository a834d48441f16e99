import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BookColumn } from "../../../simulations/playground/browser/book-column.js";
import { Merged, stretchOf } from "../../../simulations/playground/browser/merge.js";
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
    const sums = new Merged(stretch, "sum").of(values, stretch.until);
    expect(sums.length).toBeLessThanOrEqual(500);
    expect(sums.reduce<number>((one, other) => one + (other ?? 0), 0)).toBe(10_049);
    expect(Math.max(...new Merged(stretch, "greatest").of(values, stretch.until).map(Number))).toBe(50);
    const all = { from: 0, until: 4, size: 4 };
    const some = Float64Array.of(Number.NaN, 3, 5, Number.NaN);
    const merged = (["first", "greatest", "last"] as const).map((merge) => new Merged(all, merge).of(some, 3)[0]);
    expect(merged).toEqual([3, 5, null]);
    expect(new Merged(all, "first").of(new Float64Array(0), 4)).toEqual([null]);
    expect(new Merged(all, "last").of(new Float64Array(0), 4)).toEqual([0]);
  });

  it("that are kept merged are as if they were merged anew, whatever changes and wherever one looks", () => {
    const changes = fc.tuple(
      fc.nat(300),
      fc.array(fc.nat(9), { minLength: 1, maxLength: 40 }),
      fc.nat(200),
      fc.nat(200),
    );
    fc.assert(
      fc.property(fc.array(changes, { maxLength: 12 }), (told) => {
        const kept = new BookColumn();
        for (const [from, values, lookFrom, width] of told) {
          kept.take({ from, values: Float64Array.from(values) });
          const stretch = stretchOf(lookFrom, lookFrom + width + 1, 1 + (width % 3));
          for (const look of [stretch, { from: 0, until: 400, size: 4 }]) {
            const anew = new Merged(look, "sum").of(kept.view(), look.until);
            expect(kept.numbers("sum", look)).toEqual(anew);
            expect(kept.gaps("greatest", look)).toEqual(new Merged(look, "greatest").of(kept.view(), look.until));
          }
          expect(kept.total).toBe(kept.view().reduce((sum, value) => sum + value, 0));
        }
      }),
    );
  });

  it("keep the edges of their bins wherever one looks", () => {
    expect(stretchOf(1_003, 2_903)).toEqual({ from: 1_000, until: 2_904, size: 4 });
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
