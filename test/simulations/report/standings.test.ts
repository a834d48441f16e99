import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { standingsOf } from "../../../simulations/report/standings.js";
import { handmade, handRun } from "./some-runs.js";

const run = (contestant: string, goodput: number, refused: number, seed = 1) =>
  handRun(handmade({}), { contestant, seed, metrics: { goodput, refused } });

describe("standings", () => {
  it("are means over the seeds", () => {
    const [first] = standingsOf([run("sluice", 0.9, 0.01), run("sluice", 1, 0.03, 2)]);
    expect(first).toMatchObject({ name: "sluice", goodput: 0.95, refused: 0.02 });
    expect(first?.seeds).toHaveLength(2);
  });

  it("have on the front whom nobody beats on both axes, and never the clairvoyant", () => {
    const runs = [run("clairvoyant", 1, 0), run("calm", 0.9, 0.01), run("agile", 0.95, 0.02), run("naive", 0.94, 0.5)];
    expect(standingsOf(runs).map(({ name, isOnFront }) => [name, isOnFront])).toEqual([
      ["clairvoyant", false],
      ["calm", true],
      ["agile", true],
      ["naive", false],
    ]);
  });

  it("leave out who has nothing to compare", () => {
    expect(standingsOf([run("idle", Number.NaN, 0), handRun(handmade({}))])).toEqual([]);
  });

  it("have somebody on the front of every field", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(share, share), { minLength: 1, maxLength: 12 }), (field) => {
        const standings = standingsOf(
          field.map(([goodput, refused], index) => run(`rival-${index}`, goodput, refused)),
        );
        expect(standings.some(({ isOnFront }) => isOnFront)).toBe(true);
      }),
    );
  });
});
