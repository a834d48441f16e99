import { describe, expect, it } from "vitest";
import {
  createService,
  createVirtualClock,
  type HeaderEra,
  type LaneState,
  type LimitSpec,
  type ScheduledMove,
  seededRandom,
} from "../../simulations/index.js";
import { completeOptions } from "../../src/complete.js";
import type { Job, Try } from "../../src/flow/job.js";
import { Loop } from "../../src/flow/loop.js";
import { Reader } from "../../src/flow/reader.js";
import type { ControlOptions } from "../../src/options.js";

const MODEL = "meta-llama/Llama-3.3-70B-Instruct-Turbo";
const WAITING = 60;
const SEEDS = [1, 2, 3];
/** Time to the server, in milliseconds: no two requests take the same. */
const UPLINK_MS = 30;

interface World {
  readonly limit: LimitSpec;
  readonly headers: HeaderEra;
  readonly seconds: number;
  readonly schedule?: readonly ScheduledMove[];
  readonly control?: ControlOptions;
}

/** A saturated client in front of the simulated API, both on one virtual clock: the real loop, reader and headers. */
function run({ limit, headers, seconds, schedule = [], control = {} }: World, seed: number): LaneState {
  const clock = createVirtualClock();
  const dice = seededRandom(seed + 1_000);
  const service = createService({ limit, headers, schedule, seed, latency: { firstByteMs: 400 } }, clock);
  const options = completeOptions({ clock, random: seededRandom(seed), control, retry: { attemptsMax: 10_000 } });
  const loop = new Loop(options, new Reader("together"));
  const body = { model: MODEL, messages: [{ role: "user", content: "hello" }], max_tokens: 1 };
  const start = (attempt: Try): void => {
    clock.after(UPLINK_MS * (0.5 + dice()), () => {
      const reply = service.answer({ method: "POST", path: "/v1/chat/completions", organisation: "one", body });
      clock.after(reply.afterMs, () => {
        reply.end();
        const { next } = attempt.respond({ status: reply.status, headers: reply.headers, body: reply.body });
        attempt.finish();
        if (next === "deliver") loop.submit(job);
      });
    });
  };
  const job: Job = {
    key: "k",
    cost: {},
    priority: 0,
    tenant: undefined,
    deadlineMs: Infinity,
    waitMaxMs: Infinity,
    attemptTimeoutMs: Infinity,
    abort: undefined,
    host: undefined,
    isQueueBounded: true,
    canRepeat: true,
    start,
    refuse: () => {},
  };
  for (let index = 0; index < WAITING; index++) loop.submit(job);
  clock.run(seconds * 1_000);
  const [lane] = service.state().lanes;
  if (lane === undefined) throw new Error("nothing was sent");
  return lane;
}

/** Goodput against a clairvoyant who knows the limit at every instant, and the share refused; means over the seeds. */
function measure(world: World): { goodput: number; refused: number; limitAtEnd: number } {
  const lanes = SEEDS.map((seed) => run(world, seed));
  const mean = (of: (lane: LaneState) => number) => lanes.reduce((sum, lane) => sum + of(lane), 0) / lanes.length;
  const figures = {
    goodput: mean(({ accepted, allowed }) => accepted / (allowed ?? Number.NaN)),
    refused: mean(({ throttled, offered }) => throttled / offered),
    limitAtEnd: mean(({ limitPerSecond }) => limitPerSecond ?? Number.NaN),
  };
  if (process.env["SHOW"] !== undefined) console.log(JSON.stringify({ ...world, ...figures }));
  return figures;
}

const policer: LimitSpec = { kind: "policer", requestsPerSecond: 10, depthMs: 1_000 };

describe("a saturated client converges, on a policer of 10 a second", () => {
  it("without headers: most of what a clairvoyant gets, at about one refusal an epoch", () => {
    const { goodput, refused } = measure({ limit: policer, headers: "none", seconds: 300 });
    expect(goodput).toBeGreaterThan(0.97);
    expect(refused).toBeLessThan(0.009);
  });

  it("with headers: as much, and next to no refusal", () => {
    const { goodput, refused } = measure({ limit: policer, headers: "every", seconds: 300 });
    expect(goodput).toBeGreaterThan(0.985);
    expect(refused).toBeLessThan(0.002);
  });

  it("by plain AIMD too", () => {
    const { goodput, refused } = measure({ limit: policer, headers: "none", seconds: 300, control: { law: "aimd" } });
    expect(goodput).toBeGreaterThan(0.96);
    expect(refused).toBeLessThan(0.01);
  });

  it("when the limit drops to a quarter and comes back", () => {
    const schedule: ScheduledMove[] = [
      { atMs: 100_000, requestsPerSecond: 5 },
      { atMs: 200_000, requestsPerSecond: 20 },
    ];
    const limit: LimitSpec = { kind: "policer", requestsPerSecond: 20, depthMs: 1_000 };
    const blind = measure({ limit, headers: "none", seconds: 300, schedule });
    expect(blind.goodput).toBeGreaterThan(0.84);
    expect(blind.refused).toBeLessThan(0.01);
    const told = measure({ limit, headers: "every", seconds: 300, schedule });
    expect(told.goodput).toBeGreaterThan(0.98);
    expect(told.refused).toBeLessThan(0.003);
  });
});

describe("where the method is at its limits", () => {
  const slow: LimitSpec = { kind: "policer", requestsPerSecond: 1, depthMs: 1_000 };

  it("one a second without headers: each look for new room costs one request in sixteen", () => {
    const { goodput, refused } = measure({ limit: slow, headers: "none", seconds: 1_200 });
    expect(goodput).toBeGreaterThan(0.84);
    expect(refused).toBeLessThan(0.08);
  });

  it("the same with the calm preset: half as many", () => {
    const { goodput, refused } = measure({ limit: slow, headers: "none", seconds: 1_200, control: { preset: "calm" } });
    expect(goodput).toBeGreaterThan(0.88);
    expect(refused).toBeLessThan(0.045);
  });

  it("a window of 600 a minute that tells nothing until it is spent", () => {
    const limit: LimitSpec = { kind: "window", windowMs: 60_000, requestsPerSecond: 10 };
    const { goodput, refused } = measure({ limit, headers: "none", seconds: 600 });
    expect(goodput).toBeGreaterThan(0.95);
    expect(refused).toBeLessThan(0.045);
  });
});

describe("a saturated client lets Together's dynamic rate grow to its cap", () => {
  // The rate is twice the mean of the last two minutes: it doubles where all of it is used, and freezes where half is.
  const limit: LimitSpec = { kind: "together", requests: { base: 1, cap: 10 }, usageWindowMs: 120_000 };
  const seconds = 600;

  it("with headers: next to no refusal", () => {
    const { goodput, refused, limitAtEnd } = measure({ limit, headers: "every", seconds });
    expect(limitAtEnd).toBeGreaterThan(9.9);
    expect(goodput).toBeGreaterThan(0.98);
    expect(refused).toBeLessThan(0.002);
  });

  it("with a reset on refusals alone", () => {
    const { goodput, refused, limitAtEnd } = measure({ limit, headers: "refusals", seconds });
    expect(limitAtEnd).toBeGreaterThan(9.9);
    expect(goodput).toBeGreaterThan(0.97);
    expect(refused).toBeLessThan(0.012);
  });

  it("without headers", () => {
    const { goodput, refused, limitAtEnd } = measure({ limit, headers: "none", seconds });
    expect(limitAtEnd).toBeGreaterThan(9.9);
    expect(goodput).toBeGreaterThan(0.97);
    expect(refused).toBeLessThan(0.012);
  });
});
