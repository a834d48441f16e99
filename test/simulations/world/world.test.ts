import { describe, expect, it } from "vitest";
import { sluiceContestant } from "../../../simulations/contestants/sluice.js";
import type { Client, Contestant, Ending, WireListener } from "../../../simulations/world/contestant.js";
import type { Recording } from "../../../simulations/world/log.js";
import type { Scenario } from "../../../simulations/world/scenario.js";
import { runWorld, runWorldAsync } from "../../../simulations/world/world.js";

const SLUICE = sluiceContestant("sluice");
const TEN: Scenario = {
  name: "ten",
  story: "A limit of ten a second.",
  durationMs: 60_000,
  server: { limit: { kind: "policer", requestsPerSecond: 10 } },
  clients: [{ workload: { kind: "saturated", waiting: 50 } }],
  bounds: [],
};

describe("a world", () => {
  it("is the same for the same seed, and another for another", () => {
    const seeds = [1, 1, 2].map((seed) => fingerprint(runWorld({ scenario: TEN, contestant: SLUICE, seed })));
    expect(seeds[1]).toEqual(seeds[0]);
    expect(seeds[2]).not.toEqual(seeds[0]);
  });

  it("is the same whether time waits for promises or not", async () => {
    const options = { scenario: { ...TEN, durationMs: 20_000 }, contestant: SLUICE, seed: 3 };
    expect(fingerprint(await runWorldAsync(options))).toEqual(fingerprint(runWorld(options)));
  });

  it("runs to the end of a run that its samples don't divide", () => {
    const { samples, tries } = runWorld({ scenario: { ...TEN, durationMs: 10_500 }, contestant: SLUICE, seed: 1 });
    expect(samples.map(({ atMs }) => atMs).slice(-2)).toEqual([10_000, 10_500]);
    expect(tries.sentAtMs.at(tries.length - 1)).toBeGreaterThan(10_300);
  });

  it("leaves no timer of a client behind, and no try open", () => {
    const { leaks, tries } = runWorld({ scenario: TEN, contestant: SLUICE, seed: 1 });
    expect(leaks).toBe(0);
    expect(tries.endedAtMs.view().some(Number.isNaN)).toBe(false);
  });

  it("counts the timers that a client leaves behind, and what it says twice", () => {
    const careless = contestant(({ clock, send, submitted }) => {
      clock.after(1e9, () => {});
      submitted((request, onEnd) =>
        send(request, () => {
          onEnd("succeeded");
          onEnd("succeeded");
        }),
      );
    });
    const scenario: Scenario = { ...TEN, clients: [{ workload: { kind: "saturated", waiting: 1, count: 3 } }] };
    const { leaks, endedAgain, requests } = runWorld({ scenario, contestant: careless, seed: 1 });
    expect([leaks, endedAgain, requests.length]).toEqual([1, 3, 3]);
  });

  it("leaves open what a client that goes had not ended", () => {
    const scenario: Scenario = {
      ...TEN,
      clients: [{ workload: { kind: "saturated", waiting: 5 }, leavesAtMs: 10_000 }],
    };
    const { requests, tries } = runWorld({ scenario, contestant: SLUICE, seed: 1 });
    const endings = Array.from({ length: requests.length }, (_, row) => requests.endingOf(row));
    expect(endings.filter((ending) => ending === "open")).toHaveLength(5);
    expect(new Set(endings)).toEqual(new Set(["open", "succeeded"]));
    expect(tries.sentAtMs.at(tries.length - 1)).toBeLessThan(10_000);
  });

  it("has users who go away while they wait, and while their request is under way", () => {
    const impatient = [
      { share: 0.3, afterMs: 1_000 },
      { share: 0.2, afterMs: 500, since: "sent" as const },
    ];
    const scenario: Scenario = {
      ...TEN,
      clients: [{ workload: { kind: "saturated", waiting: 50, requests: { impatient } } }],
    };
    const { requests, tries, leaks } = runWorld({ scenario, contestant: SLUICE, seed: 1 });
    const isCancelled = Array.from({ length: requests.length }, (_, row) => requests.endingOf(row) === "cancelled");
    const tried = new Set(tries.request.view());
    const count = (isTried: boolean): number =>
      isCancelled.filter((is, row) => is && tried.has(row) === isTried).length;
    expect(count(false) / requests.length).toBeGreaterThan(0.2);
    expect(count(true) / tried.size).toBeGreaterThan(0.1);
    expect(leaks).toBe(0);
  });

  it("tells a workload that it asks for what isn't among its models", () => {
    const workload = () => ({
      standing: 1,
      wish: () => ({ model: "other", cost: {}, charged: {}, settled: {} }),
    });
    const scenario = { ...TEN, clients: [{ workload }] };
    expect(() => runWorld({ scenario, contestant: SLUICE, seed: 1 })).toThrow("asks 'other'");
  });
});

describe("the clients' clocks", () => {
  it("jump on the wall, and only there", () => {
    const wall: [number, number][] = [];
    const looker = contestant(({ clock }) => {
      const startMs = clock.wallNow();
      const look = (): void => {
        wall.push([clock.now(), clock.wallNow() - startMs]);
        clock.after(10_000, look);
      };
      look();
    });
    const clockJumps = [
      { atMs: 15_000, wallMs: 3_600_000 },
      { atMs: 35_000, wallMs: -10_000 },
    ];
    runWorld({ scenario: { ...TEN, durationMs: 40_000, clockJumps }, contestant: looker, seed: 1 });
    expect(wall).toEqual([
      [0, 0],
      [10_000, 10_000],
      [20_000, 3_620_000],
      [30_000, 3_630_000],
      [40_000, 3_630_000],
    ]);
  });

  it("stand still with their process: timers and answers come late, at once and in order", () => {
    const heard: [string, number][] = [];
    const sleeper = contestant(({ clock, submitted, send }) => {
      for (const delayMs of [12_000, 11_000, 25_000]) {
        clock.after(delayMs, () => heard.push([`timer ${delayMs}`, clock.now()]));
      }
      clock.after(12_000, () => {})();
      submitted((request) => {
        clock.after(9_000, () => send(request, () => heard.push(["answer", clock.now()])));
      });
    });
    const scenario: Scenario = {
      ...TEN,
      server: { ...TEN.server, answers: { medianMs: 1_500, sigma: 0 } },
      clients: [{ workload: { kind: "saturated", waiting: 1, count: 1 } }],
      clockJumps: [{ atMs: 10_000, sleepMs: 10_000 }],
    };
    const { leaks } = runWorld({ scenario, contestant: sleeper, seed: 1 });
    expect(heard).toEqual(
      [
        ["answer", 20_000],
        ["timer 11000", 20_000],
        ["timer 12000", 20_000],
        ["timer 25000", 25_000],
      ].sort((a, b) => Number(a[1]) - Number(b[1]) || 0),
    );
    expect(leaks).toBe(0);
  });

  it("wake sluice without a burst", () => {
    const scenario: Scenario = { ...TEN, durationMs: 1_200_000, clockJumps: [{ atMs: 120_000, sleepMs: 600_000 }] };
    const { tries } = runWorld({ scenario, contestant: SLUICE, seed: 1 });
    const sentAtMs = [...tries.sentAtMs.view()];
    expect(sentAtMs.filter((atMs) => atMs > 120_000 && atMs < 720_000)).toEqual([]);
    expect(sentAtMs.filter((atMs) => atMs >= 720_000 && atMs < 721_000).length).toBeLessThan(20);
    expect(sentAtMs.filter((atMs) => atMs >= 730_000 && atMs < 740_000).length).toBeGreaterThan(80);
  });
});

/** A contestant of a few lines. */
function contestant(
  join: (tools: {
    clock: Parameters<Contestant["join"]>[0]["clock"];
    submitted: (take: (request: Parameters<Client["submit"]>[0], onEnd: (ending: Ending) => void) => void) => void;
    send: (request: Parameters<Client["submit"]>[0], onEnd: () => void) => void;
  }) => void,
): Contestant {
  return {
    name: "of-a-few-lines",
    join({ clock, wire }) {
      let take: (request: Parameters<Client["submit"]>[0], onEnd: (ending: Ending) => void) => void = () => {};
      join({
        clock,
        submitted: (how) => {
          take = how;
        },
        send: (request, onEnd) => {
          const listener: WireListener = { onResponse() {}, onEnd, onError: onEnd };
          wire.send(request, listener);
        },
      });
      return {
        submit(request, onEnd) {
          take(request, onEnd);
          return () => {};
        },
      };
    },
  };
}

function fingerprint({ tries, requests, samples }: Recording): unknown {
  const columns = [tries.sentAtMs, tries.outcome, tries.endedAtMs, requests.askedAtMs, requests.endedAtMs];
  return { columns: columns.map((column) => [...column.view()]), samples };
}
