import type { Clock } from "../../clock.js";
import type { Listener, Sink } from "../../page/answer.js";
import { Broadcast, type Look } from "../../page/broadcast.js";
import type { Sluice } from "../../sluice.js";
import type { About, Ended, Increment, Snapshot } from "./message.js";
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

/** Tells all readers what happens in a sluice. While there are none it listens to nothing, and what is kept for all is bounded. */
export class Hub {
  readonly #shown: Shown;
  readonly #startedAtMs: number;
  readonly #broadcast: Broadcast;
  #watched = new Watched();
  #extra: string | undefined;
  #isAllPaused = false;

  constructor(shown: Shown) {
    this.#shown = shown;
    this.#startedAtMs = shown.clock.wallNow();
    this.#broadcast = new Broadcast(shown.clock, { begin: () => this.#watch(), look: () => this.#look() });
  }

  get isFull(): boolean {
    return this.#broadcast.isFull;
  }

  /** Adds a reader, who gets everything at once. */
  read(sink: Sink): Listener {
    return this.#broadcast.read(sink);
  }

  /** Looks now, and not only at the next turn: something was just moved by hand. */
  hurry(): void {
    this.#broadcast.hurry();
  }

  /** Tells all that nothing more comes. */
  end(): void {
    const extra = this.#shown.extra?.();
    const ended: Ended = {
      type: "ended",
      atMs: this.#shown.clock.wallNow(),
      ...(extra !== undefined && { extra }),
    };
    this.#broadcast.end(ended);
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
    return () => {
      subscription.unsubscribe();
      this.#watched = new Watched();
    };
  }

  #look(): Look {
    const { clock, sluice } = this.#shown;
    const atMs = clock.wallNow();
    const changes = this.#watched.look(sluice.budgets(), atMs);
    return { changes: () => this.#increment(changes, atMs), everything: () => this.#snapshot(atMs) };
  }

  #increment(changes: Omit<Increment, "type" | "atMs" | "isAllPaused">, atMs: number): Increment | undefined {
    const extra = this.#shown.extra?.();
    const extraText = JSON.stringify(extra);
    const isAllPaused = this.#shown.isAllPaused();
    const { rows, gone, series, decisions } = changes;
    const told = series.filter(({ isWhole, points }) => isWhole || points.length > 0);
    const isNew = extraText !== this.#extra || isAllPaused !== this.#isAllPaused;
    const isAny = rows.length + gone.length + decisions.length + told.length > 0;
    this.#extra = extraText;
    this.#isAllPaused = isAllPaused;
    if (!isNew && !isAny) return undefined;
    return {
      ...{ ...changes, type: "increment", series: told, atMs, isAllPaused },
      ...(extra !== undefined && { extra }),
    };
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
}
