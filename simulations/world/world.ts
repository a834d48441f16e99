import type { Clock } from "../../src/clock.js";
import { type ClockBranch, createVirtualClock, type VirtualClock } from "../clock.js";
import { seededRandom } from "../random.js";
import type { Move } from "../server/move.js";
import type { Contestant } from "./contestant.js";
import { installGlobals } from "./globals.js";
import { type ClientTime, createClientTime } from "./jumps.js";
import { type LoggedDecision, type Recording, RequestLog, type Sample, TryLog } from "./log.js";
import { Member } from "./member.js";
import { createPlant, type Plant, type ServerSpec } from "./plant.js";
import type { ClientSpec, Scenario } from "./scenario.js";
import { watchedPlant } from "./watched-plant.js";
import { createWire } from "./wire.js";
import { createDemands, modelsOf } from "./workload.js";

/** One run of a scenario. */
export interface WorldOptions {
  readonly scenario: Scenario;
  readonly contestant: Contestant;
  /** Draws everything: server, path, workload, and the contestant's own dice. */
  readonly seed: number;
  /** How often limit and rates are looked at, in milliseconds. Default 1,000. */
  readonly sampleMs?: number;
  /** Whether decisions are kept too, which costs time and memory. Default false. */
  readonly isDetailed?: boolean;
  /** Told how far it is, now and then: a share in [0, 1]. */
  readonly onProgress?: (share: number) => void;
}

const SATURATED: ClientSpec = { workload: { kind: "saturated", waiting: 100 } };

/**
 * Runs one world to its end, on a virtual clock.
 *
 * @throws what the contestant throws on joining, such as that its package isn't installed
 */
export function runWorld(options: WorldOptions): Recording {
  const world = new World(options);
  for (const untilMs of world.stretches()) world.clock.run(untilMs);
  return world.recording();
}

/**
 * The same for contestants that work with promises. Until it is over, the thread's own clock, timers and dice are the
 * world's ({@link installGlobals}); so worlds of one thread come one after another.
 *
 * @throws what the contestant throws on getting ready, such as that its package isn't installed
 */
export function runWorldAsync(options: WorldOptions): Promise<Recording> {
  const recording = lastWorld.then(() => liveThrough(options));
  lastWorld = recording.catch(() => {});
  return recording;
}

let lastWorld: Promise<unknown> = Promise.resolve();

async function liveThrough(options: WorldOptions): Promise<Recording> {
  await options.contestant.prepare?.();
  const world = new World(options);
  const putBack = installGlobals(world.clientClock, seededRandom(`${options.seed}/globals`));
  try {
    for (const untilMs of world.stretches()) await world.clock.runAsync(untilMs);
  } finally {
    putBack();
  }
  return world.recording();
}

/** A scenario with its clients, server and log, on a clock of its own. */
export class World {
  readonly clock: VirtualClock = createVirtualClock();
  /** Counts the timers of all contestants' code. */
  readonly #branch: ClockBranch = this.clock.branch();
  /** The time that it sees. */
  readonly clientClock: Clock;
  readonly #options: WorldOptions;
  readonly #specs: readonly ClientSpec[];
  readonly #time: ClientTime;
  readonly #plant: Plant;
  readonly #models: readonly string[];
  readonly #members: readonly Member[];
  readonly #tries = new TryLog();
  readonly #requests = new RequestLog();
  readonly #samples: Sample[] = [];
  readonly #decisions: LoggedDecision[] = [];
  /** What a server of the user's own threw at whom. */
  readonly #errors: unknown[] = [];

  constructor(options: WorldOptions) {
    const { scenario, seed } = options;
    this.#options = options;
    this.#specs = scenario.clients ?? [SATURATED];
    const { clockJumps = [] } = scenario;
    this.#time = createClientTime(this.clock, clockJumps);
    this.clientClock = createClientTime(this.#branch, clockJumps).clock;
    const server = serverFor(options);
    this.#plant = watchedPlant(createPlant(server, `${seed}`), server, (error) => {
      this.#errors.push(error);
    });
    const demands = this.#specs.map(({ workload }, index) => createDemands(workload, `${seed}/workload/${index}`));
    const models = modelsOf(demands.flat());
    this.#models = models;
    const { clock } = this.#time;
    const requests = this.#requests;
    this.#members = demands.map((each, index) => new Member({ index, demands: each, clock, requests, models }));
  }

  /** Puts everything in place, and tells until when the clock is to run, again and again. */
  *stretches(): Generator<number> {
    const { scenario, sampleMs = 1_000, onProgress } = this.#options;
    const { durationMs } = scenario;
    for (const [index, member] of this.#members.entries()) {
      const { joinsAtMs = 0, leavesAtMs } = this.#specs[index] ?? {};
      this.clock.after(joinsAtMs, () => this.#join(member, index));
      if (leavesAtMs !== undefined) this.clock.after(leavesAtMs, () => member.leave());
    }
    for (let untilMs = 0; ; untilMs = Math.min(durationMs, untilMs + sampleMs)) {
      yield untilMs;
      if (this.#errors.length > 0) throw this.#errors[0];
      this.#sample(untilMs);
      onProgress?.(untilMs / durationMs);
      if (untilMs >= durationMs) break;
    }
    for (const member of this.#members) member.leave();
    // What ends by promises or timers that are due has the chance to do so.
    yield durationMs;
  }

  /** Moves the server, now: what its scenario didn't know of. */
  move(move: Move): void {
    this.#plant.move(this.clock.now(), move);
  }

  recording(): Recording {
    return {
      tries: this.#tries,
      requests: this.#requests,
      samples: this.#samples,
      decisions: this.#decisions,
      clients: this.#members.length,
      models: this.#models,
      leaks: this.#branch.pending,
      endedAgain: this.#members.reduce((sum, { endedAgain }) => sum + endedAgain, 0),
    };
  }

  #join(member: Member, index: number): void {
    const { scenario, contestant, seed, isDetailed = false } = this.#options;
    const spec = this.#specs[index] ?? SATURATED;
    const { organisation = "one" } = spec;
    const clock = this.clock;
    const plant = this.#plant;
    const isDirect = contestant.isClairvoyant === true;
    const wire = createWire({ clock, plant, tries: this.#tries, organisation, isDirect });
    const client = contestant.join({
      clock: this.clientClock,
      random: seededRandom(`${seed}/client/${index}`),
      scenario,
      spec,
      index,
      wire: this.#time.awake(member.watched(wire)),
      oracle: {
        waitMs: ({ model, charged }) => plant.waitMs(clock.now(), model, { key: organisation, cost: charged }),
        limitPerSecond: (model) => plant.allowed(clock.now(), model, organisation).requests,
      },
      ...(isDetailed && { onDecision: (decision) => this.#decisions.push({ ...decision, client: index }) }),
    });
    member.begin(client);
  }

  #sample(atMs: number): void {
    const models = this.#models;
    this.#samples.push({
      atMs,
      limits: models.map((model) => this.#limitOf(model, atMs)),
      rates: this.#members.map((member) => models.map((model) => member.ratePerSecond(model) ?? null)),
    });
  }

  /** What all organisations together are allowed. */
  #limitOf(model: string, atMs: number): number | null {
    const organisations = new Set(this.#specs.map(({ organisation = "one" }) => organisation));
    let sum = 0;
    for (const each of organisations) sum += this.#plant.allowed(atMs, model, each).requests;
    return Number.isFinite(sum) ? sum : null;
  }
}

/**
 * A clairvoyant, who is never late, would leave nothing to neighbours, which is not what a good client is measured
 * against. It lives alone, and metrics take off what the neighbours ask for.
 */
function serverFor({ scenario, contestant }: WorldOptions): ServerSpec {
  return contestant.isClairvoyant === true ? { ...scenario.server, neighbours: [] } : scenario.server;
}
