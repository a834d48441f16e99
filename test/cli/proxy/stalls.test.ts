import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../../../simulations/clock.js";
import { Stalls } from "../../../src/cli/proxy/stalls.js";

const PERIOD_MS = 60_000;

function item(name: string, told: string[]) {
  return { hasMoved: false, onStall: () => void told.push(name) };
}

describe("Stalls", () => {
  it("tells what hasn't moved for a period, and before it has stood for two; once", () => {
    const clock = createVirtualClock();
    const told: string[] = [];
    const advance = (ms: number) => clock.run(clock.now() + ms);
    const stalls = new Stalls(clock, PERIOD_MS);
    const [still, moving, gone] = ["still", "moving", "gone"].map((name) => item(name, told)) as [
      ReturnType<typeof item>,
      ReturnType<typeof item>,
      ReturnType<typeof item>,
    ];
    for (const each of [still, moving, gone]) stalls.add(each);
    advance(PERIOD_MS - 1);
    stalls.delete(gone);
    moving.hasMoved = true;
    advance(1);
    expect(told).toEqual([]);
    moving.hasMoved = true;
    advance(PERIOD_MS);
    expect(told).toEqual(["still"]);
    advance(PERIOD_MS);
    expect(told).toEqual(["still", "moving"]);
    advance(10 * PERIOD_MS);
    expect(told).toHaveLength(2);
  });

  it("has no timer while there is nothing to look after, nor once it is closed", () => {
    const clock = createVirtualClock();
    const told: string[] = [];
    const advance = (ms: number) => clock.run(clock.now() + ms);
    const stalls = new Stalls(clock, PERIOD_MS);
    const one = item("one", told);
    stalls.add(one);
    stalls.delete(one);
    advance(PERIOD_MS);
    expect(clock.pending).toBe(0);
    stalls.add(one);
    expect(clock.pending).toBe(1);
    stalls.close();
    advance(3 * PERIOD_MS);
    expect([clock.pending, told]).toEqual([0, []]);
  });
});
