import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createVirtualClock, seededRandom } from "../../simulations/index.js";
import { completeOptions } from "../../src/complete.js";
import type { SluiceEvent } from "../../src/flow/event.js";
import type { Job, Ticket, Try } from "../../src/flow/job.js";
import { Loop } from "../../src/flow/loop.js";
import { Reader } from "../../src/flow/reader.js";

/** What may befall a request or a sluice, at some moment. */
const stepArbitrary = fc.oneof(
  fc.record({
    kind: fc.constant("submit" as const),
    key: fc.constantFrom("a", "b", "c"),
    priority: fc.constantFrom(0, 0, 1, -1),
    tenant: fc.constantFrom(undefined, "x", "y"),
    deadlineMs: fc.constantFrom(Infinity, Infinity, 500, 5_000),
    waitMaxMs: fc.constantFrom(Infinity, Infinity, 300),
    attemptTimeoutMs: fc.constantFrom(600_000, 800),
    tokens: fc.constantFrom(0, 100),
    canRepeat: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("pass" as const), ms: fc.integer({ min: 0, max: 20_000 }) }),
  fc.record({
    kind: fc.constant("respond" as const),
    pick: fc.nat(),
    status: fc.constantFrom(200, 200, 200, 429, 429, 503, 500, 400, 409),
    headers: fc.constantFrom(
      {},
      { "retry-after": "3" },
      { "retry-after": "100" },
      { "x-ratelimit-limit": "2", "x-ratelimit-remaining": "1", "x-ratelimit-reset": "1" },
      {
        "x-ratelimit-limit-requests": "60",
        "x-ratelimit-remaining-requests": "0",
        "x-ratelimit-reset-requests": "20s",
      },
    ),
    body: fc.constantFrom(
      undefined,
      { error: { code: "insufficient_quota" } },
      { error: { type: "dynamic_token_limited" } },
    ),
  }),
  fc.record({ kind: fc.constant("fail" as const), pick: fc.nat(), isOwn: fc.boolean() }),
  fc.record({ kind: fc.constant("finish" as const), pick: fc.nat() }),
  fc.record({ kind: fc.constant("correct" as const), pick: fc.nat() }),
  fc.record({ kind: fc.constant("abort" as const), pick: fc.nat() }),
  fc.record({ kind: fc.constant("cancel" as const), pick: fc.nat() }),
  fc.record({ kind: fc.constant("pause" as const), isPaused: fc.boolean() }),
);
type Step = typeof stepArbitrary extends fc.Arbitrary<infer T> ? T : never;

/** One request, with what happened to it. */
interface Watched {
  readonly controller: AbortController;
  ends: number;
  tries: Try[];
  ticket: Ticket | undefined;
}

describe("over any interleaving of sends, answers, failures, aborts, deadlines and close", () => {
  it("every request ends exactly once, permits are conserved, and no timer is left", () => {
    fc.assert(
      fc.property(fc.array(stepArbitrary, { maxLength: 80 }), fc.boolean(), (steps, abort) => {
        const world = new World();
        for (const step of steps) world.take(step);
        world.close(abort);
        world.check();
      }),
      { numRuns: 400 },
    );
  });
});

class World {
  readonly clock = createVirtualClock();
  readonly loop = new Loop(
    completeOptions({ clock: this.clock, random: seededRandom(1), concurrencyMax: 4, control: { rateInitial: 5 } }),
    new Reader(undefined),
  );
  readonly requests: Watched[] = [];
  readonly open = new Set<Try>();
  readonly events: SluiceEvent[] = [];
  isDrained = false;

  constructor() {
    this.loop.event$.subscribe((event) => this.events.push(event));
  }

  take(step: Step): void {
    switch (step.kind) {
      case "submit":
        return this.submit(step);
      case "pass":
        return this.clock.run(this.clock.now() + step.ms);
      case "respond":
        return this.withTry(step.pick, (attempt) => this.end(attempt, () => attempt.respond(step)));
      case "fail":
        return this.withTry(step.pick, (attempt) =>
          this.end(attempt, () => attempt.fail(new Error("lost"), { isOwn: step.isOwn })),
        );
      case "finish":
        return this.withTry(step.pick, (attempt) => {
          // Cancelled before an answer: the request ends there.
          this.owner(attempt).ends += 1;
          this.close1(attempt);
        });
      case "correct":
        return this.withTry(step.pick, (attempt) => attempt.correct({ status: 429, headers: {} }));
      case "abort":
        return this.requests[step.pick % Math.max(1, this.requests.length)]?.controller.abort("unwanted");
      case "cancel":
        return this.requests[step.pick % Math.max(1, this.requests.length)]?.ticket?.cancel("unwanted");
      case "pause":
        return step.isPaused ? this.loop.pause("a") : this.loop.resume("a");
      default:
        return step satisfies never;
    }
  }

  submit(step: Step & { kind: "submit" }): void {
    const controller = new AbortController();
    const watched: Watched = { controller, ends: 0, tries: [], ticket: undefined };
    this.requests.push(watched);
    const job: Job = {
      key: step.key,
      cost: step.tokens === 0 ? {} : { tokens: step.tokens },
      priority: step.priority,
      tenant: step.tenant,
      deadlineMs: step.deadlineMs,
      waitMaxMs: step.waitMaxMs,
      attemptTimeoutMs: step.attemptTimeoutMs,
      abort: controller.signal,
      host: undefined,
      isQueueBounded: true,
      canRepeat: step.canRepeat,
      start: (attempt) => {
        watched.tries.push(attempt);
        this.open.add(attempt);
        attempt.holder = { onTryAbort: (reason) => this.end(attempt, () => attempt.fail(reason)) };
      },
      refuse: () => {
        watched.ends += 1;
      },
    };
    watched.ticket = this.loop.submit(job);
  }

  withTry(pick: number, act: (attempt: Try) => void): void {
    const tries = [...this.open];
    const attempt = tries[pick % Math.max(1, tries.length)];
    if (attempt !== undefined) act(attempt);
  }

  end(attempt: Try, answer: () => { next: "retry" | "deliver" }): void {
    if (!this.open.has(attempt)) return;
    if (answer().next === "deliver") this.owner(attempt).ends += 1;
    this.close1(attempt);
  }

  close1(attempt: Try): void {
    this.open.delete(attempt);
    attempt.finish();
    attempt.finish(); // twice is once
    attempt.respond({ status: 429, headers: {} }); // and late is nothing
  }

  owner(attempt: Try): Watched {
    const found = this.requests.find(({ tries }) => tries.includes(attempt));
    if (found === undefined) throw new Error("a try of no request");
    return found;
  }

  close(abort: boolean): void {
    this.loop.close(abort, () => {
      this.isDrained = true;
    });
    for (const attempt of [...this.open]) this.end(attempt, () => attempt.respond({ status: 200, headers: {} }));
  }

  check(): void {
    expect(this.requests.map(({ ends }) => ends)).toEqual(this.requests.map(() => 1));
    expect(this.isDrained).toBe(true);
    expect(this.clock.pending).toBe(0);
    for (const row of this.loop.budgets()) {
      expect(row).toMatchObject({ inFlight: 0, queued: 0 });
      for (const value of Object.values(row)) if (typeof value === "number") expect(value).toBeGreaterThanOrEqual(0);
      expect(Number.isFinite(row.ratePerSecond ?? 1)).toBe(true);
    }
    const ends = this.events.filter(({ type }) => type === "settled" || type === "dropped");
    expect(ends).toHaveLength(this.requests.length);
  }
}
