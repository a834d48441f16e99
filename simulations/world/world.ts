import { createVirtualClock, type VirtualClock } from "../clock.js";
import { seededRandom } from "../random.js";
import type { Client, Contestant } from "./contestant.js";
import { installGlobals } from "./globals.js";
import { LiveRequest } from "./live.js";
import { type LoggedDecision, type LoggedEnding, type Recording, RequestLog, type Sample, TryLog } from "./log.js";
import { createPlant, type Plant } from "./plant.js";
import type { ClientSpec, Scenario } from "./scenario.js";
import { createWire } from "./wire.js";
import { createDemand, type Demand, modelsOf } from "./workload.js";

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

/** A user whose request was dropped on the spot thinks for so long before asking again. */
const THINKING_MS = 1_000;
const SATURATED: ClientSpec = { workload: { kind: "saturated", waiting: 100 } };

/**
 * Runs one world to its end, on a virtual clock.
 *
 * @throws what the contestant throws on joining, such as that its package isn't installed
 */
export function runWorld(options: WorldOptions): Recording {
  const world = new World(options);
  for (const { clock, untilMs } of world.begin()) clock.run(untilMs);
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
  const putBack = installGlobals(world.clock, seededRandom(`${options.seed}/globals`));
  try {
    for (const { clock, untilMs } of world.begin()) await clock.runAsync(untilMs);
  } finally {
    putBack();
  }
  return world.recording();
}

interface Member {
  readonly index: number;
  readonly spec: ClientSpec;
  readonly client: Client;
  readonly demand: Demand;
  hasLeft: boolean;
}

class World {
  readonly #options: WorldOptions;
  readonly clock: VirtualClock = createVirtualClock();
  readonly #plant: Plant;
  readonly #tries = new TryLog();
  readonly #requests = new RequestLog();
  readonly #samples: Sample[] = [];
  readonly #decisions: LoggedDecision[] = [];
  readonly #models: readonly string[];
  readonly #members: (Member | undefined)[] = [];
  readonly #specs: readonly ClientSpec[];

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#specs = options.scenario.clients ?? [SATURATED];
    this.#models = [...new Set(this.#specs.flatMap(({ workload }) => modelsOf(workload)))];
    this.#plant = createPlant(options.scenario.server, `${options.seed}`);
  }

  /** Puts everything in place, and yields the stretches to be run. */
  *begin(): Generator<{ clock: VirtualClock; untilMs: number }> {
    const { scenario, sampleMs = 1_000, onProgress } = this.#options;
    for (const [index, spec] of this.#specs.entries()) {
      this.clock.after(spec.joinsAtMs ?? 0, () => this.#join(index, spec));
      if (spec.leavesAtMs !== undefined) this.clock.after(spec.leavesAtMs, () => this.#leave(index));
    }
    for (let untilMs = 0; untilMs <= scenario.durationMs; untilMs += sampleMs) {
      yield { clock: this.clock, untilMs };
      this.#sample(untilMs);
      onProgress?.(untilMs / scenario.durationMs);
    }
    for (const member of this.#members) void member?.client.close?.();
  }

  recording(): Recording {
    return {
      tries: this.#tries,
      requests: this.#requests,
      samples: this.#samples,
      decisions: this.#decisions,
      clients: this.#specs.length,
      models: this.#models,
    };
  }

  #join(index: number, spec: ClientSpec): void {
    const { scenario, contestant, seed, isDetailed = false } = this.#options;
    const organisation = spec.organisation ?? "one";
    const clock = this.clock;
    const plant = this.#plant;
    const wire = createWire({
      clock,
      plant,
      tries: this.#tries,
      organisation,
      isDirect: contestant.isClairvoyant === true,
    });
    const client = contestant.join({
      clock,
      random: seededRandom(`${seed}/client/${index}`),
      scenario,
      spec,
      index,
      wire,
      oracle: {
        waitMs: ({ model, charged }) => plant.waitMs(clock.now(), model, { key: organisation, cost: charged }),
        limitPerSecond: (model) => plant.allowed(clock.now(), model, organisation).requests,
      },
      ...(isDetailed && { onDecision: (decision) => this.#decisions.push({ ...decision, client: index }) }),
    });
    const demand = createDemand(spec.workload, seededRandom(`${seed}/workload/${index}`));
    const member = { index, spec, client, demand, hasLeft: false };
    this.#members[index] = member;
    for (let count = 0; count < demand.standing; count++) this.#ask(member);
    this.#awaitArrival(member);
  }

  #leave(index: number): void {
    const member = this.#members[index];
    if (member === undefined) return;
    member.hasLeft = true;
    void member.client.close?.();
  }

  #awaitArrival(member: Member): void {
    const delayMs = member.demand.nextInMs(this.clock.now());
    if (delayMs === Number.POSITIVE_INFINITY) return;
    this.clock.after(delayMs, () => {
      if (member.hasLeft) return;
      this.#ask(member);
      this.#awaitArrival(member);
    });
  }

  #ask(member: Member): void {
    const nowMs = this.clock.now();
    const request = new LiveRequest(this.#requests.length, member.index, member.demand.wish(nowMs), nowMs);
    const model = this.#models.indexOf(request.model);
    this.#requests.open(member.index, model, nowMs, request.priority ?? 0);
    let isOpen = true;
    const end = (ending: LoggedEnding): void => {
      if (!isOpen) return;
      isOpen = false;
      impatience();
      this.#requests.end(request.id, this.clock.now(), ending);
      if (member.demand.standing > 0) this.#askAgain(member, ending);
    };
    let impatience = (): void => {};
    const cancel = member.client.submit(request, end);
    if (request.cancelAfterMs === undefined || !isOpen) return;
    impatience = this.clock.after(request.cancelAfterMs, () => {
      cancel();
      end("cancelled");
    });
  }

  #askAgain(member: Member, ending: LoggedEnding): void {
    if (member.hasLeft) return;
    const thinkingMs = ending === "dropped" ? THINKING_MS : 0;
    this.clock.after(thinkingMs, () => {
      if (!member.hasLeft) this.#ask(member);
    });
  }

  #sample(atMs: number): void {
    this.#samples.push({
      atMs,
      limits: this.#models.map((model) => this.#limitOf(model, atMs)),
      rates: this.#specs.map((_, index) => {
        const member = this.#members[index];
        const client = member === undefined || member.hasLeft ? undefined : member.client;
        return this.#models.map((model) => client?.ratePerSecond?.(model) ?? null);
      }),
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
