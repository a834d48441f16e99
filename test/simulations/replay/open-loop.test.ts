import { describe, expect, it } from "vitest";
import { createPolicer, createVirtualClock, exponential, seededRandom } from "../../../simulations/index.js";
import { contrast } from "../../../simulations/replay/contrast.js";
import { playOpenLoop } from "../../../simulations/replay/open-loop.js";
import { readLog } from "../../../simulations/replay/read-log.js";
import { recordLog } from "../../../simulations/replay/record-log.js";
import { allowedIn } from "../../../simulations/replay/recording.js";
import { SCENARIOS } from "../../../simulations/scenarios/index.js";
import type { Scenario } from "../../../simulations/world/scenario.js";
import type { Clock } from "../../../src/clock.js";
import { createSluice } from "../../../src/index.js";
import { linesOf, recorded } from "./recorded.js";

function fail(): never {
  throw new Error("no key in the log");
}

function scenarioOf(begin: string): Scenario {
  const scenario = SCENARIOS.find(({ name }) => name.startsWith(`${begin}-`));
  if (scenario === undefined) throw new Error(`no scenario ${begin}`);
  return { ...scenario, durationMs: Math.min(scenario.durationMs, 240_000) };
}

describe("the open loop", () => {
  it.each(["s01", "s07", "s12", "s13", "s19", "s29", "s38"])(
    "decides the same again under the same options: %s",
    async (begin) => {
      const scenario = scenarioOf(begin);
      const log = await recorded(scenario);
      const { decisions, rates } = playOpenLoop(log, scenario.options ?? {});
      const before = log.events.filter((event) => event.type === "decision");
      expect(before.length).toBeGreaterThan(10);
      expect(decisions).toEqual(before);
      const rateAt = new Map([...(rates.get("model") ?? [])].map((each) => [each.atMs, each.ratePerSecond]));
      for (const event of log.events) {
        if (event.type === "sent" && event.key === "model") expect(rateAt.get(event.atMs)).toBe(event.ratePerSecond);
      }
    },
  );

  it("decides the same again where the process that wrote the log was busy, and its timers late", async () => {
    const virtual = createVirtualClock();
    const dice = seededRandom("late");
    const late: Clock = { ...virtual, after: (delayMs, task) => virtual.after(delayMs + 200 * dice() ** 3, task) };
    const sluice = createSluice({ clock: late, random: seededRandom("sluice") });
    const lines: string[] = [];
    recordLog(sluice, (line) => lines.push(line), { clock: late });
    const limit = createPolicer({ requestsPerSecond: 8 });
    const task = async () => {
      const { outcome } = limit.admit(virtual.now(), { key: "model", cost: {} });
      await new Promise<void>((resolve) => void virtual.after(300, resolve));
      return { status: outcome === "accepted" ? 200 : 429, headers: {} };
    };
    const all: Promise<unknown>[] = [];
    const comeOneByOne = (): void => {
      all.push(sluice.schedule(task, { key: "model" }));
      virtual.after(exponential(dice, 140), comeOneByOne);
    };
    comeOneByOne();
    await virtual.runAsync(60_000);
    await Promise.allSettled([sluice.close({ abort: true }), ...all]);
    const log = await readLog(lines);
    const before = log.events.filter((event) => event.type === "decision");
    expect(log.events.filter((event) => event.type === "sent" && (event.lateMs ?? 0) > 50).length).toBeGreaterThan(10);
    const replayed = playOpenLoop(log, {});
    expect(replayed.decisions).toEqual(before);
    const [{ recorded: one, replayed: other, stretches, divergence } = fail()] = contrast(
      log,
      allowedIn(log),
      replayed,
    );
    expect(divergence).toBeUndefined();
    expect(other).toEqual(one);
    expect(stretches.map(({ replayedRate }) => replayedRate)).toEqual(stretches.map((each) => each.recordedRate));
  });

  it("cuts deeper where it is told to, at the refusals that were recorded", async () => {
    const log = await recorded(scenarioOf("s01"));
    const cutsOf = (events: readonly { readonly atMs: number }[], rates: readonly number[]) =>
      events.flatMap(({ atMs }, index) => (atMs > 60_000 ? [{ atMs, rate: rates[index] ?? 0 }] : []));
    const isCut = (event: { readonly decision: { readonly move: string } }): boolean =>
      event.decision.move === "decrease";
    const before = log.events.filter((event) => event.type === "decision").filter(isCut);
    const after = playOpenLoop(log, { control: { multiplicativeDecrease: 0.5 } }).decisions.filter(isCut);
    const [one] = cutsOf(
      before,
      before.map(({ ratePerSecond }) => ratePerSecond),
    );
    const [other] = cutsOf(
      after,
      after.map(({ ratePerSecond }) => ratePerSecond),
    );
    expect(other?.atMs).toBe(one?.atMs);
    expect(other?.rate).toBeLessThan((one?.rate ?? 0) * 0.8);
  });

  it("grows no further than what was delivered supports, where somebody else held the senders back", async () => {
    const log = await recorded(scenarioOf("s01"), { control: { rateMax: 2 } });
    const { rates } = playOpenLoop(log, {});
    const highest = Math.max(...(rates.get("model") ?? []).map((each) => each.ratePerSecond));
    expect(highest).toBeGreaterThan(2);
    expect(highest).toBeLessThan(10);
  });

  it("begins anew where a new process did", async () => {
    const lines = linesOf(scenarioOf("s01"));
    const log = await readLog([...lines, ...lines]);
    const { decisions } = playOpenLoop(log, {});
    const one = playOpenLoop(await readLog(lines), {}).decisions;
    expect(decisions.map(({ decision }) => decision.because)).toEqual(
      [...one, ...one].map(({ decision }) => decision.because),
    );
  });
});
