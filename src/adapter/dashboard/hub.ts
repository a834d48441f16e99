import type { Clock } from "../../clock.js";
import type { Sluice } from "../../sluice.js";
import type { Listener, Sink } from "./ask.js";
import type { About, Ended, Increment, Message, Snapshot } from "./message.js";
import { Reader } from "./reader.js";
import { SECONDS_MAX } from "./series.js";
import { DECISIONS_MAX, Watched } from "./watched.js";

/** What a live page shows. */
export interface Shown {
  readonly sluice: Pick<Sluice, "event$" | "budgets">;
  readonly clock: Clock;
  readonly about: Omit<About, "startedAtMs">;
  /** What its program has to tell beside, as JSON. */
  readonly extra?: (() => unknown) | undefined;
  /** Whether all is paused, as far as is known. */
  readonly isAllPaused: () => boolean;
}

const PERIOD_MS = 500;
/** Looking takes no more than a twentieth of the time, however many keys there are. */
const SHARE_INVERSE = 20;
/** So long nothing is written at most: a page must know whether anybody is there. */
const SILENCE_MS = 10_000;
/** A reader that takes nothing for so long is gone. */
const STUCK_MS = 60_000;
export const READERS_MAX = 32;

/**
 * Tells all readers what happens in a sluice. While there are none it listens to nothing, and no timer runs; readers get one
 * text together, and what is kept for them all is bounded.
 */
export class Hub {
  readonly #shown: Shown;
  readonly #startedAtMs: number;
  readonly #readers = new Set<Reader>();
  #watched = new Watched();
  #stopWatching: (() => void) | undefined;
  #cancelTimer: () => void = () => undefined;
  #extra: string | undefined;
  #isAllPaused = false;
  #toldAtMs = 0;
  #ended: Ended | undefined;

  constructor(shown: Shown) {
    this.#shown = shown;
    this.#startedAtMs = shown.clock.wallNow();
  }

  get isFull(): boolean {
    return this.#readers.size >= READERS_MAX;
  }

  /** Adds a reader, who gets everything at once. */
  read(sink: Sink): Listener {
    const reader = new Reader(sink, (gone) => this.#remove(gone));
    if (this.#ended !== undefined) {
      reader.end(textOf(this.#ended));
      return reader;
    }
    this.#readers.add(reader);
    this.#stopWatching ??= this.#watch();
    this.#look();
    return reader;
  }

  /** Looks now, and not only at the next turn: something was just moved by hand. */
  hurry(): void {
    if (this.#readers.size > 0) this.#look();
  }

  /** Tells all that nothing more comes. */
  end(): void {
    if (this.#ended !== undefined) return;
    const extra = this.#shown.extra?.();
    this.#ended = { type: "ended", atMs: this.#shown.clock.wallNow(), ...(extra !== undefined && { extra }) };
    const text = textOf(this.#ended);
    for (const reader of [...this.#readers]) {
      this.#readers.delete(reader);
      reader.end(text);
    }
    this.#stop();
  }

  #watch(): () => void {
    const { sluice, clock, about } = this.#shown;
    this.#watched = new Watched();
    this.#extra = undefined;
    // Monotonic instants of the sluice's own clock become instants that people know.
    const originMs = clock.wallNow() - clock.now();
    const subscription = sluice.event$.subscribe({
      next: (event) => this.#watched.take(event, originMs + event.atMs),
      // A program that runs a sluice of its own has more to tell when that is over.
      complete: () => about.kind === "program" && this.end(),
    });
    return () => subscription.unsubscribe();
  }

  #look(): void {
    const { clock, sluice } = this.#shown;
    const nowMs = clock.now();
    const atMs = clock.wallNow();
    const changes = this.#watched.look(sluice.budgets(), atMs);
    const increment = once(() => this.#increment(changes, atMs));
    const everything = once(() => textOf(this.#snapshot(atMs)));
    for (const reader of [...this.#readers]) {
      if (nowMs - (reader.stuckSinceMs ?? nowMs) > STUCK_MS) reader.cut();
      else reader.tell(increment, everything, nowMs);
    }
    this.#cancelTimer();
    if (this.#readers.size === 0) return;
    const periodMs = Math.max(PERIOD_MS, (clock.now() - nowMs) * SHARE_INVERSE);
    this.#cancelTimer = clock.after(periodMs, () => this.#look());
  }

  #increment(changes: Omit<Increment, "type" | "atMs" | "isAllPaused">, atMs: number): string | undefined {
    const extra = this.#shown.extra?.();
    const extraText = JSON.stringify(extra);
    const isAllPaused = this.#shown.isAllPaused();
    const { rows, gone, series, decisions } = changes;
    const told = series.filter(({ isWhole, points }) => isWhole || points.length > 0);
    const isNew = extraText !== this.#extra || isAllPaused !== this.#isAllPaused;
    const isAny = rows.length + gone.length + decisions.length + told.length > 0;
    this.#extra = extraText;
    this.#isAllPaused = isAllPaused;
    if (!isNew && !isAny) return atMs - this.#toldAtMs < SILENCE_MS ? undefined : this.#told(":\n\n", atMs);
    const increment: Increment = {
      ...{ ...changes, type: "increment", series: told, atMs, isAllPaused },
      ...(extra !== undefined && { extra }),
    };
    return this.#told(textOf(increment), atMs);
  }

  #told(text: string, atMs: number): string {
    this.#toldAtMs = atMs;
    return text;
  }

  #snapshot(atMs: number): Snapshot {
    const { about, extra, isAllPaused } = this.#shown;
    const more = extra?.();
    return {
      type: "snapshot",
      about: { ...about, startedAtMs: this.#startedAtMs },
      ...{ ...this.#watched.picture(), decisions: this.#watched.decisions },
      ...{ atMs, isAllPaused: isAllPaused(), decisionsMax: DECISIONS_MAX, secondsMax: SECONDS_MAX },
      ...(more !== undefined && { extra: more }),
    };
  }

  #remove(reader: Reader): void {
    if (this.#readers.delete(reader) && this.#readers.size === 0) this.#stop();
  }

  #stop(): void {
    this.#cancelTimer();
    this.#stopWatching?.();
    this.#stopWatching = undefined;
    this.#watched = new Watched();
  }
}

function textOf(message: Message): string {
  return `data: ${JSON.stringify(message)}\n\n`;
}

/** Makes it when it is first asked for. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
