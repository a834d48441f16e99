import { describe, expect, it } from "vitest";
import { describeScenario, settingsText } from "../../../simulations/report/describe.js";
import { MINUTE } from "./some-runs.js";

describe("the description of a scenario", () => {
  it("says in words what its data say", () => {
    const schedule = [{ atMs: 30_000, requestsPerSecond: 5 }];
    expect(describeScenario({ ...MINUTE, server: { ...MINUTE.server, schedule } })).toEqual([
      ["Server", "policer, requests per second 10"],
      ["At 0:30", "requests per second 5"],
      ["Clients", "saturated, waiting 92"],
      ["Lasts", "1 min, steady from 0:12"],
    ]);
  });

  it("counts clients that are alike", () => {
    const client = { workload: { kind: "saturated", waiting: 5 } } as const;
    const words = describeScenario({ ...MINUTE, clients: [client, client, { ...client, joinsAtMs: 10_000 }] });
    expect(words.filter(([term]) => term === "Clients").map(([, text]) => text)).toEqual([
      "2 × saturated, waiting 5",
      "saturated, waiting 5, joins at 10 s",
    ]);
  });

  it("has words for what is nested, a list, or a function", () => {
    const settings = { latency: { medianMs: 2_000, sigma: 0.5 }, models: ["a", "b"], limit: function mine() {} };
    expect(settingsText(settings)).toBe("latency (median 2 s, sigma 0.5), models (a; b), a function (mine)");
  });
});
