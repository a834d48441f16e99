import type { Clock } from "../clock.js";
import type { Listener, Sink } from "./answer.js";
import { Reader } from "./reader.js";

/** What a stream tells, as JSON; the last message of one that ends is an {@link Ended}. */
export interface Told {
  readonly type: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/** Nothing more comes: what was watched is closed, or its program ends. */
export interface Ended extends Told {
  readonly type: "ended";
}

/** What there is to tell of. */
export interface Source {
  /** Somebody begins to read. Returns what ends it when nobody does any more. */
  begin(): () => void;
  /** Looks at how it is now. */
  look(): Look;
}

/** What was seen. Each message is made only where somebody gets it, and once for all who do. */
export interface Look {
  /** What has changed since the last look; undefined where nothing has. */
  changes(): Told | undefined;
  everything(): Told;
}

const PERIOD_MS = 500;
/** Looking takes no more than a twentieth of the time, however much there is to see. */
const SHARE_INVERSE = 20;
/** So long nothing is written at most: a page must know whether anybody is there. */
const SILENCE_MS = 10_000;
/** A reader that takes nothing for so long is gone. */
const STUCK_MS = 60_000;
export const READERS_MAX = 32;

/**
 * Tells all readers of a stream what happens. While there are none nothing is looked at, and no timer runs; readers get one text
 * together, and nothing is kept for any of them.
 */
export class Broadcast {
  readonly #clock: Clock;
  readonly #source: Source;
  readonly #readers = new Set<Reader>();
  #stopSource: (() => void) | undefined;
  #cancelTimer: () => void = () => undefined;
  #toldAtMs = 0;
  #last: string | undefined;

  constructor(clock: Clock, source: Source) {
    this.#clock = clock;
    this.#source = source;
  }

  get isFull(): boolean {
    return this.#readers.size >= READERS_MAX;
  }

  /**
   * Adds a reader, who gets everything at once.
   *
   * @throws what looking throws: the reader isn't there then
   */
  read(sink: Sink): Listener {
    const reader = new Reader(sink, (gone) => this.#remove(gone));
    if (this.#last !== undefined) {
      reader.end(this.#last, this.#clock.now());
      return reader;
    }
    this.#readers.add(reader);
    try {
      this.#stopSource ??= this.#source.begin();
      this.#look();
    } catch (error) {
      this.#remove(reader);
      throw error;
    }
    return reader;
  }

  /** Looks now, and not only at the next turn: something was just moved by hand. */
  hurry(): void {
    if (this.#readers.size > 0) this.#turn();
  }

  /** Tells all that nothing more comes. The first end counts. */
  end(ended: Ended): void {
    if (this.#last !== undefined) return;
    this.#last = textOf(ended);
    for (const reader of [...this.#readers]) {
      this.#readers.delete(reader);
      reader.end(this.#last, this.#clock.now());
    }
    this.#stop();
  }

  #turn(): void {
    try {
      this.#look();
    } catch {
      // Nobody is here to be told of it: readers are, when they come back and ask.
      for (const reader of [...this.#readers]) reader.cut();
    }
  }

  #look(): void {
    const nowMs = this.#clock.now();
    const look = this.#source.look();
    const changes = once(() => this.#changes(look, nowMs));
    const everything = once(() => textOf(look.everything()));
    for (const reader of [...this.#readers]) {
      if (nowMs - (reader.stuckSinceMs ?? nowMs) > STUCK_MS) reader.cut();
      else reader.tell(changes, everything, nowMs);
    }
    this.#cancelTimer();
    if (this.#readers.size === 0) return;
    const periodMs = Math.max(PERIOD_MS, (this.#clock.now() - nowMs) * SHARE_INVERSE);
    this.#cancelTimer = this.#clock.after(periodMs, () => this.#turn());
  }

  #changes(look: Look, nowMs: number): string | undefined {
    const told = look.changes();
    if (told === undefined && nowMs - this.#toldAtMs < SILENCE_MS) return undefined;
    this.#toldAtMs = nowMs;
    return told === undefined ? ":\n\n" : textOf(told);
  }

  #remove(reader: Reader): void {
    if (this.#readers.delete(reader) && this.#readers.size === 0) this.#stop();
  }

  #stop(): void {
    this.#cancelTimer();
    this.#stopSource?.();
    this.#stopSource = undefined;
  }
}

function textOf(told: Told): string {
  return `data: ${JSON.stringify(told)}\n\n`;
}

/** Makes it when it is first asked for. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
