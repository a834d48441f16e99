import { describe, expect, it } from "vitest";
import { beatenOf, beats, frontOf } from "../../../simulations/compare/pareto.js";
import type { Standing } from "../../../simulations/compare/standing.js";

/** A contestant with one pair of goodput and refused for each seed. */
function standing(
  contestant: string,
  pairs: readonly (readonly [number, number])[],
  more: Partial<Standing> = {},
): Standing {
  const seeds = pairs.map(([goodput, refused], index) => ({ seed: index + 1, goodput, refused, waitP99Ms: 0 }));
  const mean = (axis: "goodput" | "refused") => seeds.reduce((sum, each) => sum + each[axis], 0) / seeds.length;
  return {
    scenario: "one",
    contestant,
    goodput: mean("goodput"),
    refused: mean("refused"),
    waitP99Ms: 0,
    seeds,
    ...more,
  };
}

describe("who beats whom", () => {
  it.each([
    ["better on both", [0.99, 0.01], [0.98, 0.02], true],
    ["better on one, even on the other", [0.99, 0.01], [0.99, 0.02], true],
    ["better on one, worse on the other", [0.99, 0.03], [0.98, 0.02], false],
    ["even", [0.99, 0.01], [0.99, 0.01], false],
    ["better in a digit that no table shows", [0.9902, 0.0099], [0.99, 0.01], false],
    ["not measured", [Number.NaN, 0], [0.5, 0.5], false],
  ] as const)("%s: %j against %j", (_, [goodput, refused], [otherGoodput, otherRefused], wanted) => {
    expect(beats({ goodput, refused }, { goodput: otherGoodput, refused: otherRefused })).toBe(wanted);
  });

  it("has on the front whom nobody beats that had to find the limit by himself", () => {
    const front = frontOf([
      standing("greedy", [[1, 0.5]]),
      standing("shy", [[0.5, 0]]),
      standing("worse", [[0.4, 0.1]]),
      standing("absent", [[Number.NaN, 0]]),
      standing("told", [[1, 0]], { told: "limit" }),
      standing("clairvoyant", [[1, 0]]),
    ]);
    expect([...front].map(({ contestant }) => contestant)).toEqual(["greedy", "shy"]);
  });
});

describe("the cases in which a rival is ahead", () => {
  it("are those on both axes, and tell who was told the limit", () => {
    const beaten = beatenOf(
      [
        standing("sluice", [[0.9, 0.05]]),
        standing("sluice-calm", [[1, 0]]),
        standing("clairvoyant", [[1, 0]]),
        standing("better", [[0.95, 0.04]]),
        standing("told", [[0.95, 0.04]], { told: "limit" }),
        standing("greedy", [[1, 0.9]]),
      ],
      "sluice",
    );
    expect(beaten).toEqual([
      {
        scenario: "one",
        rival: "better",
        rivalAxes: { goodput: 0.95, refused: 0.04 },
        ownAxes: { goodput: 0.9, refused: 0.05 },
      },
      expect.objectContaining({ rival: "told", told: "limit" }),
    ]);
  });

  it("are judged over the seeds that both lived through", () => {
    // Over three seeds sluice has 0.9; over the first, which is all that the rival had, 0.99.
    const own = standing("sluice", [
      [0.99, 0.01],
      [0.9, 0.01],
      [0.81, 0.01],
    ]);
    expect(beatenOf([own, standing("rival", [[0.95, 0.01]])], "sluice")).toEqual([]);
    expect(beatenOf([own, standing("rival", [[0.995, 0.01]])], "sluice")).toHaveLength(1);
  });

  it("need both to have run the scenario", () => {
    expect(beatenOf([standing("rival", [[1, 0]])], "sluice")).toEqual([]);
    expect(
      beatenOf([standing("sluice", [[0, 1]], { scenario: "other" }), standing("rival", [[1, 0]])], "sluice"),
    ).toEqual([]);
  });
});
