import { describe, expect, it } from "vitest";
import { binsOf } from "../../../simulations/report/bins.js";
import { countReasons, decisionsOf } from "../../../simulations/report/decisions.js";
import type { LoggedDecision } from "../../../simulations/world/log.js";

const decision = (
  atMs: number,
  move: LoggedDecision["move"],
  because: string,
  ratePerSecond: number,
  over: Partial<LoggedDecision> = {},
): LoggedDecision => ({
  atMs,
  client: 0,
  model: "model",
  dimension: "requests",
  ratePerSecond,
  move,
  because,
  ...over,
});

const steps = [
  decision(100, "increase", "start-doubling", 2),
  decision(900, "increase", "start-doubling", 4),
  decision(1_100, "decrease", "fresh-429", 3),
  decision(1_200, "hold", "stale-refusal", 3),
  decision(2_500, "increase", "recovering", 3.3),
];

describe("decisions", () => {
  it("have a lane for each reason: what raises the rate above what lowers it", () => {
    const { lanes } = decisionsOf(steps, binsOf(3_000, 10));
    expect(lanes.map(({ because, many }) => [because, many])).toEqual([
      ["start-doubling", 2],
      ["recovering", 1],
      ["stale-refusal", 1],
      ["fresh-429", 1],
    ]);
  });

  it("stand once in each bin, with their number and the rate after the last", () => {
    expect(decisionsOf(steps, binsOf(3_000, 10)).rows).toEqual([
      [0, 0, 2, 4],
      [1, 2, 1, 3],
      [1, 3, 1, 3],
      [2, 1, 1, 3.3],
    ]);
  });

  it("are counted by reason, with what they typically did to the rate of their own budget", () => {
    const elsewhere = [decision(50, "increase", "start-doubling", 100, { model: "other" })];
    const counted = countReasons([...elsewhere, ...steps]);
    expect(counted[0]).toMatchObject({
      because: "start-doubling",
      count: 3,
      firstAtMs: 50,
      lastAtMs: 900,
      typicalChange: 2,
    });
    expect(counted.find(({ because }) => because === "fresh-429")?.typicalChange).toBe(0.75);
    expect(counted.find(({ because }) => because === "stale-refusal")?.typicalChange).toBe(1);
  });

  it("have no typical change where no rate came before", () => {
    expect(countReasons(steps.slice(0, 1))[0]?.typicalChange).toBeNaN();
  });
});
