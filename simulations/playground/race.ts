import { CLAIRVOYANT } from "../contestants/clairvoyant.js";
import { type Metrics, measureAll } from "../measure/measure.js";
import type { Contestant } from "../world/contestant.js";
import { type OpenWorld, openWorld } from "../world/open-world.js";
import type { Scenario } from "../world/scenario.js";
import { namedContestant } from "./contestants.js";
import { controlOf } from "./control.js";
import { watched } from "./onlooker.js";
import { moveOf, scenarioOf } from "./scenario-of.js";
import { type Change, numberOf, type Settings, TUNED, valuesAt, withChange } from "./settings.js";
import { TrackLog } from "./track-log.js";
import { type Tuned, tunedSluice } from "./tuned.js";

/** Worlds go on together in stretches of at most so much: no picture shows one that is far ahead. */
const STRETCH_MS = 250;
/** A moment in which more happens than this never ends. */
const STEPS_OF_A_MOMENT_MAX = 1_000_000;
/** Between two looks at the time. */
const STEPS_AT_ONCE = 64;
/** A short run is looked at more often, so that its sawtooth has teeth. */
const SHORT_MS = 3 * 60_000;

/** A contestant in its world. */
export interface Runner {
  readonly name: string;
  readonly world: OpenWorld;
  readonly log: TrackLog;
}

/** Contestants in equal worlds, which go on side by side; the clairvoyant is the first. */
export class Race {
  readonly scenario: Scenario;
  readonly sampleMs: number;
  readonly runners: readonly Runner[];
  readonly #settings: Settings;
  readonly #tuned: Tuned | undefined;
  #changes: readonly Change[];
  #doneChanges = 0;
  #nowMs = 0;
  #targetMs = 0;
  #momentMs = -1;
  #stepsOfMoment = 0;

  /** @throws RangeError for a scenario or contestant that there is none of */
  constructor(settings: Settings) {
    this.#settings = settings;
    this.#changes = settings.changes;
    this.scenario = scenarioOf(settings);
    this.sampleMs = this.scenario.durationMs <= SHORT_MS ? 250 : 1_000;
    const seed = numberOf(settings, "seed");
    const isTuned = settings.contestants.includes(TUNED);
    this.#tuned = isTuned ? tunedSluice(TUNED, controlOf(valuesAt({ ...settings, changes: [] }, 0))) : undefined;
    const contestants = settings.contestants.map((name) =>
      name === TUNED && this.#tuned !== undefined ? this.#tuned.contestant : namedContestant(name),
    );
    this.runners = [CLAIRVOYANT, ...contestants].map((contestant) => this.#enter(contestant, seed));
  }

  #enter(contestant: Contestant, seed: number): Runner {
    const log = new TrackLog(this.sampleMs);
    const { scenario, sampleMs } = this;
    const options = { scenario, seed, sampleMs, isDetailed: contestant !== CLAIRVOYANT };
    return { name: contestant.name, log, world: openWorld({ ...options, contestant: watched(contestant, log) }) };
  }

  /** The instant up to which all have run. */
  get nowMs(): number {
    return this.#nowMs;
  }

  get isOver(): boolean {
    return this.runners.every(({ world }) => world.isOver);
  }

  /** All changes, those of the future too. */
  get changes(): readonly Change[] {
    return this.#changes;
  }

  /** Tries sent so far, by all. */
  get tries(): number {
    return this.runners.reduce((sum, { world }) => sum + world.recording().tries.length, 0);
  }

  /** Changes a setting at the next instant that all have in common. Once it is over nothing can change. */
  change(name: string, value: Change["value"]): void {
    if (this.isOver) return;
    this.#changes = withChange(this.#changes, { atMs: this.#targetMs, name, value });
  }

  /**
   * Goes on until `untilMs`, or until the time is up, and later goes on from there.
   *
   * @throws where time stands still
   */
  advance(untilMs: number, isTimeUp: () => boolean): void {
    const endMs = Math.min(untilMs, this.scenario.durationMs);
    while (!this.isOver) {
      if (this.#targetMs === this.#nowMs) {
        if (this.#nowMs >= endMs && this.#nowMs < this.scenario.durationMs) return;
        this.#carryOut();
        this.#targetMs = this.#nextTarget(endMs);
      }
      for (const { world } of this.runners) if (!this.#run(world, isTimeUp)) return;
      this.#nowMs = this.#targetMs;
      if (isTimeUp()) return;
    }
  }

  /** Runs one contestant until its controllers have taken another step, then all others up to there. */
  advanceToDecision(isTimeUp: () => boolean): boolean {
    const leader = this.runners.find(({ name }) => name.startsWith("sluice") || name === TUNED);
    if (leader === undefined) {
      this.advance(this.#nowMs + 1_000, isTimeUp);
      return true;
    }
    if (this.#targetMs !== this.#nowMs) {
      this.advance(this.#targetMs, isTimeUp);
      if (this.#targetMs !== this.#nowMs) return false;
    }
    if (this.isOver) return true;
    const before = leader.log.decisions;
    this.#carryOut();
    const limitMs = this.#nextTarget(this.scenario.durationMs);
    while (leader.log.decisions === before) {
      if (!leader.world.step(limitMs)) break;
      this.#count(leader.world);
      if (isTimeUp() && leader.log.decisions === before) break;
    }
    const isDecided = leader.log.decisions > before;
    this.#targetMs = Math.min(limitMs, Math.max(this.#nowMs, Math.ceil(leader.world.nowMs)));
    this.advance(this.#targetMs, () => false);
    return isDecided;
  }

  /** What a contestant came to: of a run that is over, as `sluice simulate` measures it. */
  metricsOf({ world }: Runner): Metrics {
    const [clairvoyant] = this.runners;
    const optimum = (clairvoyant ?? { world }).world.recording();
    return measureAll({ scenario: this.scenario, recording: world.recording(), optimum });
  }

  /** False where the time was up. */
  #run(world: OpenWorld, isTimeUp: () => boolean): boolean {
    while (!world.isOver) {
      for (let steps = 0; steps < STEPS_AT_ONCE; steps++) {
        if (!world.step(this.#targetMs)) return true;
        this.#count(world);
      }
      if (isTimeUp()) return false;
    }
    return true;
  }

  #count(world: OpenWorld): void {
    if (world.nowMs !== this.#momentMs) {
      this.#momentMs = world.nowMs;
      this.#stepsOfMoment = 0;
    }
    if (++this.#stepsOfMoment > STEPS_OF_A_MOMENT_MAX) {
      throw new Error(`time stands still at ${Math.round(world.nowMs)} ms: something goes on at once for ever`);
    }
  }

  #nextTarget(endMs: number): number {
    const next = this.#changes[this.#doneChanges]?.atMs ?? Number.POSITIVE_INFINITY;
    return Math.min(endMs, next, (Math.floor(this.#nowMs / STRETCH_MS) + 1) * STRETCH_MS);
  }

  /** Changes are done when time goes on: until then another of the same name may take their place. */
  #carryOut(): void {
    for (; ; this.#doneChanges++) {
      const change = this.#changes[this.#doneChanges];
      if (change === undefined || change.atMs > this.#nowMs) return;
      const move = moveOf(change, this.scenario);
      if (move !== undefined) for (const { world } of this.runners) world.move(move);
      else this.#tuned?.tune(controlOf(valuesAt({ ...this.#settings, changes: this.#changes }, change.atMs)));
    }
  }
}
