import type { Order, Word } from "../message.js";
import type { Settings } from "../settings.js";

/** What is said of a run. */
export type RunWord = Exclude<Word, { readonly type: "here" }>;

/** Who is told what a session comes to. */
export interface Listener {
  heard(word: RunWord): void;
  /** What simulates is gone: it died, or hasn't said a word for too long. */
  lost(why: string): void;
}

/** What simulates, wherever it runs. */
export interface Simulator {
  send(order: Order): void;
  end(): void;
}

/** Who hears a simulator. */
export interface Ears {
  heard(word: Word): void;
  died(why: string): void;
}

/** What a session lives in: a page, or a test. */
export interface SessionWorld {
  open(ears: Ears): Simulator;
  every(periodMs: number, task: () => void): void;
}

const LOOK_EVERY_MS = 1_000;
/**
 * One that was asked so often whether it is here, and said nothing, is given up. Looks are counted, and not the time: a page that was
 * held up, or a machine that slept, would find that much of it has passed before it can hear the answer.
 */
const LOOKS_MAX = 15;

/** The simulator, and the run that goes on in it. */
export class Session {
  readonly #listener: Listener;
  readonly #world: SessionWorld;
  #simulator: Simulator | undefined;
  #run = 0;
  #unanswered = 0;

  constructor(listener: Listener, world: SessionWorld) {
    this.#listener = listener;
    this.#world = world;
    world.every(LOOK_EVERY_MS, () => this.#look());
  }

  /** Begins a run in the place of the last one: with a new simulator where the last one is gone. */
  begin(settings: Settings, isPlaying: boolean): void {
    this.#run++;
    this.#simulator ??= this.#open();
    this.order({ type: "run", run: this.#run, settings, isPlaying });
  }

  /** Says something to the run that goes on. One that is gone is told nothing: a new one knows of no run. */
  order(order: Order): void {
    this.#simulator?.send(order);
  }

  #open(): Simulator {
    const simulator = this.#world.open({
      heard: (word) => {
        // What one that was given up still had to say is of no use, nor what is of a former run.
        if (simulator !== this.#simulator) return;
        this.#unanswered = 0;
        if (word.type !== "here" && word.run === this.#run) this.#listener.heard(word);
      },
      died: (why) => {
        if (simulator === this.#simulator) this.#lose(why);
      },
    });
    this.#unanswered = 0;
    return simulator;
  }

  #look(): void {
    if (this.#simulator === undefined) return;
    if (this.#unanswered >= LOOKS_MAX) return this.#lose(`asked ${LOOKS_MAX} times, it said nothing`);
    this.#unanswered++;
    this.order({ type: "hello" });
  }

  #lose(why: string): void {
    this.#simulator?.end();
    this.#simulator = undefined;
    this.#listener.lost(why);
  }
}
