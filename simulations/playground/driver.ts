import type { Metrics } from "../measure/measure.js";
import type { News, Order, StepEnd, Word } from "./message.js";
import { Race } from "./race.js";
import { hasTokens, limitAtFirst } from "./scenario-of.js";
import { paceOf } from "./settings.js";
import { Tempo } from "./tempo.js";

/** What a driver lives in: a worker, or a test. */
export interface DriverWorld {
  /** Real milliseconds. */
  now(): number;
  /** Runs a task soon, after what waits to be heard. */
  later(delayMs: number, task: () => void): void;
  tell(word: Word): void;
}

/** It simulates so long at a stretch, and listens then. */
const SLICE_MS = 10;
/** The page is told so often at most. */
const NEWS_EVERY_MS = 50;
/** Where there is nothing to simulate yet it looks again so soon. */
const REST_MS = 4;

/** Runs races as it is ordered to, a slice at a time, and tells what became of them. */
export class Driver {
  readonly #world: DriverWorld;
  #race: Race | undefined;
  #run = 0;
  #isPlaying = false;
  #speed = 1;
  #tempo: Tempo;
  #step: StepEnd | undefined;
  #stepUntilMs = 0;
  #isPageReady = true;
  #toldAtMs = Number.NEGATIVE_INFINITY;
  #hasNews = false;
  #isEndTold = false;
  #isAwake = false;

  constructor(world: DriverWorld) {
    this.#world = world;
    this.#tempo = new Tempo(world.now());
  }

  hear(order: Order): void {
    if (order.type === "hello") return this.#world.tell({ type: "here" });
    switch (order.type) {
      case "run":
        this.#begin(order);
        break;
      case "play":
        this.#speed = order.speed;
        this.#isPlaying = true;
        this.#step = undefined;
        this.#tempo.restart(this.#world.now(), this.#race?.nowMs ?? 0);
        break;
      case "pause":
        this.#isPlaying = false;
        this.#step = undefined;
        break;
      case "step":
        this.#isPlaying = false;
        this.#step = order.to;
        this.#stepUntilMs = Math.floor((this.#race?.nowMs ?? 0) / 1_000 + 1) * 1_000;
        break;
      case "change":
        this.#race?.change(order.name, order.value);
        break;
      case "ready":
        this.#isPageReady = true;
        break;
      default:
        order satisfies never;
    }
    this.#hasNews = this.#hasNews || order.type !== "ready";
    this.#wake();
  }

  #begin({ run, settings, isPlaying }: Extract<Order, { type: "run" }>): void {
    this.#run = run;
    this.#race = undefined;
    this.#isPlaying = isPlaying;
    this.#step = undefined;
    this.#isPageReady = true;
    this.#isEndTold = false;
    this.#toldAtMs = Number.NEGATIVE_INFINITY;
    this.#speed = paceOf(settings.values.speed);
    try {
      const race = new Race(settings);
      this.#race = race;
      const { scenario, sampleMs, runners } = race;
      const { name, story, durationMs } = scenario;
      this.#world.tell({
        type: "began",
        run,
        ...{ name, story, durationMs, sampleMs },
        models: runners[0]?.world.recording().models ?? [],
        contestants: runners.map((runner) => runner.name),
        hasTokens: hasTokens(scenario),
        limit: limitAtFirst(scenario),
      });
    } catch (error) {
      this.#fail(error);
    }
    this.#tempo.restart(this.#world.now(), 0);
  }

  #wake(delayMs = 0): void {
    if (this.#isAwake) return;
    this.#isAwake = true;
    this.#world.later(delayMs, () => {
      this.#isAwake = false;
      this.#slice();
    });
  }

  #slice(): void {
    const race = this.#race;
    if (race === undefined) return;
    const isGoing = (this.#isPlaying || this.#step !== undefined) && !race.isOver;
    let isBehind = false;
    try {
      if (isGoing) isBehind = this.#goOn(race);
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (isGoing) this.#hasNews = true;
    this.#tell(race);
    const isDone = race.isOver || !(this.#isPlaying || this.#step !== undefined);
    // Without news to tell, or a page that takes them, there is nothing to do until the next order.
    if (!isDone || (this.#hasNews && this.#isPageReady)) this.#wake(isBehind ? 0 : REST_MS);
  }

  /** True where there is more to do at once. */
  #goOn(race: Race): boolean {
    const untilMs = this.#world.now() + SLICE_MS;
    const isTimeUp = (): boolean => this.#world.now() >= untilMs;
    if (this.#step === "decision") {
      if (race.advanceToDecision(isTimeUp)) this.#step = undefined;
      return true;
    }
    if (this.#step === "second") {
      race.advance(this.#stepUntilMs, isTimeUp);
      if (race.nowMs >= this.#stepUntilMs) this.#step = undefined;
      return true;
    }
    const targetMs = this.#tempo.targetMs(this.#world.now(), this.#speed);
    race.advance(targetMs, isTimeUp);
    // Who can't keep up doesn't try to make up for it.
    if (race.nowMs < targetMs) this.#tempo.restart(this.#world.now(), race.nowMs);
    return race.nowMs < targetMs;
  }

  #tell(race: Race): void {
    const nowMs = this.#world.now();
    const isDue = nowMs - this.#toldAtMs >= NEWS_EVERY_MS || race.isOver || !this.#isPlaying;
    if (!this.#hasNews || !this.#isPageReady || !isDue) return;
    this.#toldAtMs = nowMs;
    this.#isPageReady = false;
    this.#hasNews = false;
    const measured = this.#tempo.measure(nowMs, race.nowMs, race.tries);
    for (const { log, world } of race.runners) log.collect(world);
    const news: News = {
      nowMs: race.nowMs,
      isOver: race.isOver,
      isPlaying: this.#isPlaying && !race.isOver,
      ...measured,
      changes: race.changes,
      tracks: race.runners.map(({ log }) => log.news()),
    };
    this.#world.tell({ type: "news", run: this.#run, ...news });
    if (!race.isOver || this.#isEndTold) return;
    this.#isEndTold = true;
    const metrics: readonly Metrics[] = race.runners.map((runner) => race.metricsOf(runner));
    this.#world.tell({ type: "ended", run: this.#run, metrics });
  }

  #fail(error: unknown): void {
    this.#race = undefined;
    const message = error instanceof Error ? error.message : String(error);
    this.#world.tell({ type: "failed", run: this.#run, message });
  }
}
