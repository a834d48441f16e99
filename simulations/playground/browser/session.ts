import type { Order, Word } from "../message.js";
import type { Settings } from "../settings.js";

/** Who is told what a session comes to. */
export interface Listener {
  heard(word: Word): void;
  /** The worker is gone: it died, or hasn't said a word for too long. */
  lost(why: string): void;
}

/** A worker that was asked for something answers within so much, or is given up. */
const PATIENCE_MS = 15_000;
const LOOK_EVERY_MS = 1_000;

/** The worker, and the run that goes on in it. */
export class Session {
  readonly #listener: Listener;
  #worker: Worker | undefined;
  #run = 0;
  /** Since when an answer is awaited. */
  #askedAtMs: number | undefined;

  constructor(listener: Listener) {
    this.#listener = listener;
    setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  begin(settings: Settings, isPlaying: boolean): void {
    this.#run++;
    this.order({ type: "run", run: this.#run, settings, isPlaying });
  }

  order(order: Order): void {
    this.#worker ??= this.#open();
    if (order.type !== "pause") this.#askedAtMs ??= performance.now();
    this.#worker.postMessage(order);
  }

  #open(): Worker {
    // As a file of its own a page that was opened from a file may not load it.
    const text = document.getElementById("worker")?.textContent ?? "";
    const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    const worker = new Worker(url);
    URL.revokeObjectURL(url);
    worker.onmessage = ({ data }: MessageEvent<Word>) => {
      this.#askedAtMs = undefined;
      // What a former run still had to say is of no use.
      if (data.run === this.#run) this.#listener.heard(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.#lose(event.message === "" ? "it stopped" : event.message);
    };
    worker.onmessageerror = () => this.#lose("what it said can't be read");
    return worker;
  }

  #look(): void {
    if (this.#askedAtMs !== undefined && performance.now() - this.#askedAtMs > PATIENCE_MS) {
      this.#lose(`no word from it for ${Math.round(PATIENCE_MS / 1_000)} s`);
    }
  }

  #lose(why: string): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#askedAtMs = undefined;
    this.#listener.lost(why);
  }
}
