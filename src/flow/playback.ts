import { type Observable, Subject } from "rxjs";
import type { CompleteOptions } from "../complete.js";
import type { Cost } from "../cost.js";
import { dialectOfName } from "../dialect/catalog.js";
import type { Signal } from "../signal/signal.js";
import { type BudgetSnapshot, snapshotOf } from "./budgets.js";
import type { SluiceEvent } from "./event.js";
import { newExchange } from "./exchange.js";
import { InFlight } from "./in-flight.js";
import type { Job, Place, Verdict } from "./job.js";
import { Keys } from "./keys.js";
import { admit, type Lane, newAdmission } from "./lane.js";
import { Learner } from "./learn.js";
import { REPLAN_MS } from "./pump.js";
import type { Reader } from "./reader.js";
import { release } from "./release.js";
import { Sender } from "./sender.js";
import { tellTraits } from "./specify.js";
import type { LiveTry, TryListener } from "./try.js";
import { type AbortHandler, Waiting } from "./waiting.js";

/** A request as a log tells of it. */
export interface PlayedRequest {
  readonly key: string;
  readonly cost: Cost;
  /** Host that answers, where the key names it. */
  readonly host: string | undefined;
  /** Whether somebody else sent it. */
  readonly isForeign: boolean;
  /** What is documented of where it goes, where the log says. */
  readonly place: Place | undefined;
  /** How late it went after its rate had let it go, as the log says. */
  readonly lateMs: number;
}

/** A response as a log tells of it. */
export interface PlayedResponse {
  readonly signal: Signal;
  readonly status: number | undefined;
  /** The task failed for reasons of its own. */
  readonly isOwn: boolean;
  /** Whose words it was read in. */
  readonly provider: string | undefined;
  /** The dice that were thrown for it. */
  readonly dice: readonly number[] | undefined;
}

/** Who goes no later than this after our moment had to wait for it: timers are late. */
const LATE_MS = 25;

/** What holds the next request of a lane. */
interface Hold {
  /** Since when nothing of ours holds it; Infinity while something does. */
  freeSinceMs: number;
  cancelTimer: (() => void) | undefined;
}

/**
 * The open loop: sends and responses that have happened already go through the stations of the {@link Loop} that make
 * rates of them, at the instants at which they happened. It decides what would be allowed, and lets everything go when it
 * went. The clock of the options tells those instants: they never go back.
 */
export class Playback implements TryListener, AbortHandler {
  readonly #options: CompleteOptions;
  readonly #reader: Reader;
  readonly #event$ = new Subject<SluiceEvent>();
  /** What the control decides. */
  readonly event$: Observable<SluiceEvent> = this.#event$.asObservable();
  readonly #keys: Keys;
  readonly #sender: Sender;
  readonly #learner: Learner;
  readonly #inFlight: InFlight;
  readonly #admission = newAdmission();
  /** What was spent is told where it was recorded. */
  readonly isHeard = true;
  readonly #holds = new WeakMap<Lane, Hold>();
  #sent: LiveTry | undefined;
  #requests = 0;

  constructor(options: CompleteOptions, reader: Reader) {
    this.#options = options;
    this.#reader = reader;
    this.#keys = new Keys(options, reader, this.#event$, this);
    this.#inFlight = new InFlight(options.clock);
    this.#sender = new Sender(this.#inFlight, this.#event$, this);
    this.#learner = new Learner(this.#keys, options.random, this.#event$);
  }

  /**
   * Somebody waits and would be next: finds what holds them back by our reckoning, and looks again when that may have
   * changed, as the pump does. To be called whenever something has happened to the key, so that a rate grows only where it
   * was what held its senders back.
   */
  look(request: PlayedRequest): void {
    const { lane, nowMs } = this.#at(request);
    const hold = this.#holdOf(lane);
    hold.cancelTimer?.();
    hold.cancelTimer = undefined;
    const { atMs, heldBy, bottleneck, validUntilMs } = admit(lane, request.cost, nowMs, this.#admission);
    if (atMs <= nowMs) {
      hold.freeSinceMs = Math.min(hold.freeSinceMs, nowMs);
      return;
    }
    hold.freeSinceMs = Infinity;
    lane.isBacklogged = heldBy === "rate";
    if (lane.isBacklogged) lane.bottleneck = bottleneck;
    if (heldBy === "slot") return;
    const wakeAtMs = Math.min(atMs, validUntilMs, nowMs + REPLAN_MS);
    hold.cancelTimer = this.#options.clock.after(wakeAtMs - nowMs, () => this.look(request));
  }

  /** A try was sent, now. */
  send(request: PlayedRequest): LiveTry {
    const { lane, nowMs } = this.#at(request);
    this.#requests += 1;
    const waiting = new Waiting(jobOf(request, this), lane, this.#requests, nowMs);
    if (request.isForeign) this.#sender.note(waiting, nowMs);
    else {
      this.#letGo(lane, nowMs - request.lateMs);
      this.#sender.send(waiting, nowMs, admit(lane, request.cost, nowMs, this.#admission).isProbe);
    }
    const sent = this.#sent;
    this.#sent = undefined;
    if (sent === undefined) throw new Error("BUG: a try that was sent didn't start");
    return sent;
  }

  /** Its response came, now; once more where its body said that it had failed after all. */
  respond(live: LiveTry, { signal, status, isOwn, provider, dice }: PlayedResponse): void {
    const { lane } = live.waiting;
    const facts = status === undefined ? undefined : { status, headers: [] };
    const exchange = newExchange(live, this.#options.clock.now(), facts, undefined, isOwn);
    this.#meet(lane, provider);
    exchange.signal = signal;
    exchange.dice = dice;
    live.verdict = { next: "deliver", signal };
    this.#inFlight.answered(live);
    this.#learner.learn(exchange);
  }

  /** It is over, now. `actual`: what it really spent, where that was told. */
  finish(live: LiveTry, actual: Cost | undefined): void {
    if (live.isFinished) return;
    live.isFinished = true;
    const nowMs = this.#options.clock.now();
    if (live.verdict === undefined) this.#learner.forget(live, nowMs);
    this.#inFlight.delete(live);
    release(live, actual, nowMs);
  }

  /** How every budget stands now. */
  budgets(): readonly BudgetSnapshot[] {
    const nowMs = this.#options.clock.now();
    return [...this.#keys.lanes()].flatMap((lane) => snapshotOf(lane, nowMs));
  }

  /** Called by the job of a try that the sender lets go. */
  onStart(live: LiveTry): void {
    this.#sent = live;
  }

  /** Nobody reports through the edges here: the log tells what came. */
  onRespond(live: LiveTry): Verdict {
    return live.verdict ?? LOGGED;
  }

  onFail(live: LiveTry): Verdict {
    return live.verdict ?? LOGGED;
  }

  onCorrect(): void {}

  onWarn(): void {}

  onFinish(): void {}

  onOutlasted(): void {}

  onAbort(): void {}

  /** Who could have gone long ago was held by whoever wrote the log, and by none of our rates. */
  #letGo(lane: Lane, wentAtMs: number): void {
    const hold = this.#holdOf(lane);
    hold.cancelTimer?.();
    hold.cancelTimer = undefined;
    if (wentAtMs - hold.freeSinceMs > LATE_MS) {
      lane.bottleneck = undefined;
      lane.isBacklogged = false;
    }
    hold.freeSinceMs = Infinity;
  }

  #holdOf(lane: Lane): Hold {
    const known = this.#holds.get(lane);
    if (known !== undefined) return known;
    const hold: Hold = { freeSinceMs: Infinity, cancelTimer: undefined };
    this.#holds.set(lane, hold);
    return hold;
  }

  #at(request: PlayedRequest): { readonly lane: Lane; readonly nowMs: number } {
    const nowMs = this.#options.clock.now();
    return { lane: this.#keys.laneOf(request, nowMs), nowMs };
  }

  #meet(lane: Lane, provider: string | undefined): void {
    if (lane.dialect !== undefined || provider === undefined) return;
    lane.dialect = dialectOfName(provider);
    if (lane.dialect !== undefined) tellTraits(lane, this.#reader, this.#options.clock.now());
  }
}

const LOGGED: Verdict = { next: "deliver", signal: { outcome: "failed", quotas: [] } };

function jobOf({ key, cost, host, place }: PlayedRequest, playback: Playback): Job {
  return {
    key,
    cost,
    host,
    place,
    priority: 0,
    tenant: undefined,
    deadlineMs: Infinity,
    waitMaxMs: Infinity,
    attemptTimeoutMs: Infinity,
    abort: undefined,
    isQueueBounded: false,
    canRepeat: true,
    start: (attempt) => playback.onStart(attempt as LiveTry),
    refuse: () => undefined,
  };
}
