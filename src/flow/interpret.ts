import type { Subject } from "rxjs";
import type { Clock } from "../clock.js";
import { signalOfStatus } from "../dialect/read.js";
import type { ResponseFacts, Signal } from "../signal/signal.js";
import type { SluiceEvent } from "./event.js";
import { type Exchange, JUST_ACCEPTED, NOTHING_HEARD } from "./exchange.js";
import type { Lane } from "./lane.js";
import type { Reader } from "./reader.js";
import { tellTraits } from "./specify.js";
import { unreadableEvent } from "./story.js";

/** From what came back to a signal. */
export class Interpreter {
  readonly #reader: Reader;
  readonly #clock: Clock;
  readonly #event$: Subject<SluiceEvent>;

  constructor(reader: Reader, clock: Clock, event$: Subject<SluiceEvent>) {
    this.#reader = reader;
    this.#clock = clock;
    this.#event$ = event$;
  }

  interpret(exchange: Exchange): void {
    const { facts, error, live, nowMs } = exchange;
    if (facts !== undefined) exchange.signal = this.#read(live.waiting.lane, facts, nowMs);
    else exchange.signal = error === undefined ? JUST_ACCEPTED : NOTHING_HEARD;
  }

  #read(lane: Lane, facts: ResponseFacts, nowMs: number): Signal {
    const { dialect } = lane;
    const signal = this.#tryRead(lane, facts);
    if (dialect === undefined && lane.dialect !== undefined) tellTraits(lane, this.#reader, nowMs);
    return signal;
  }

  /** A dialect is code of the user's: what it throws mustn't end the loop, which everybody shares. */
  #tryRead(lane: Lane, facts: ResponseFacts): Signal {
    try {
      const signal = this.#reader.read(facts, lane);
      const { failure } = this.#reader;
      if (failure !== undefined) this.warn(lane, "the dialect's `readBody`", failure.error);
      return signal;
    } catch (error) {
      this.warn(lane, "the dialect", error);
      return signalOfStatus(facts);
    }
  }

  /** Tells, once for a key, that the user's own code threw while it read a response. */
  warn(lane: Lane, whose: string, error: unknown): void {
    if (lane.isUnreadable || !this.#event$.observed) return;
    lane.isUnreadable = true;
    this.#event$.next(unreadableEvent({ key: lane.key, whose, error, atMs: this.#clock.now() }));
  }
}
