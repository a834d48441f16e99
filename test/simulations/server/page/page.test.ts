import { describe, expect, it } from "vitest";
import { jobRows } from "../../../../simulations/server/page/browser/job-rows.js";
import { laneChart } from "../../../../simulations/server/page/browser/lane-chart.js";
import { laneRows } from "../../../../simulations/server/page/browser/lane-rows.js";
import { livePage } from "../../../../simulations/server/page/page.js";

const second = (atMs: number, more: object = {}) => ({
  atMs,
  allowed: 4,
  offered: 0,
  accepted: 0,
  throttled: 0,
  overloaded: 0,
  saturated: 0,
  ...more,
});
const lane = {
  model: "m",
  organisation: "o",
  limitPerSecond: 4,
  tokensPerSecond: null,
  offered: 9,
  accepted: 5,
  throttled: 2,
  overloaded: 1,
  saturated: 1,
  inFlight: 0,
  allowed: 12,
  trace: [
    second(0, { accepted: 3 }),
    second(1_000, { accepted: 4, throttled: 2, saturated: 1 }),
    second(2_000, { overloaded: 1, allowed: null }),
    second(3_000, { accepted: 1 }),
  ],
};

describe("the page of a live server", () => {
  it("draws a lane, and counts all that a mark stands for", () => {
    const shown = { fromS: 0, untilS: 30, counts: [] as number[][] };
    const { data } = laneChart(lane.trace, shown);
    expect(data).toEqual([
      [0, 1, 2],
      [3, 4, 0],
      [4, 4, null],
      [null, 4, null],
      [null, null, 0],
    ]);
    expect(shown.counts).toEqual([
      [0, 3, 0],
      [0, 0, 1],
    ]);
  });

  it("says of a lane and of a job what there is to say", () => {
    expect(laneRows([lane])).toEqual([["m", "o", "4/s", "none", 0, 5, 2, 1, 1]]);
    const job = { id: "ft-1", kind: "fine-tune", organisation: "o", createdMs: 1_000, endsAtMs: 61_000 } as const;
    const rows = jobRows([{ ...job, status: "running" }], 31_000);
    expect(rows[0]).toEqual(["ft-1", "fine-tune", "o", "running", null, "0:01", "in 30 s"]);
  });

  it("is the same to the byte each time, and names the column heads of its tables", () => {
    const { content: text, headers } = livePage();
    expect(livePage().content).toBe(text);
    expect(String(text).match(/<th scope="col"/g)).toHaveLength(16);
    expect(headers["content-security-policy"]).not.toContain("unsafe");
  });
});
