import { map, Observable, type Subscriber } from "rxjs";
import type { CompleteOptions } from "../complete.js";
import type { Cost } from "../cost.js";
import { SluiceError } from "../errors.js";
import type { ResponseFacts, Signal } from "../signal/signal.js";
import type { SluiceState } from "../state.js";
import type { Store } from "../store/store.js";
import { adviseBacklog } from "./advice.js";
import { type BudgetSnapshot, snapshotOf } from "./budgets.js";
import { Door } from "./door.js";
import type { AdviceEvent, DroppedEvent, SluiceEvent, WarningEvent } from "./event.js";
import { Events } from "./events.js";
import { type Exchange, NOTHING_HEARD, newExchange } from "./exchange.js";
import { Fleet } from "./fleet.js";
import { Interpreter } from "./interpret.js";
import type { Job, Submitter, Ticket, Verdict } from "./job.js";
import { Judge } from "./judge.js";
import { Keys } from "./keys.js";
import type { Lane } from "./lane.js";
import { Learner } from "./learn.js";
import { Pump } from "./pump.js";
import type { Reader } from "./reader.js";
import { closedError, closedWhileWaiting } from "./refusal.js";
import { release, vacate } from "./release.js";
import { WaitingRoom } from "./room.js";
import { responseEvent, settledEvent } from "./story.js";
import type { LiveTry, TryListener } from "./try.js";
import { type AbortHandler, Waiting } from "./waiting.js";
import { welcomeBack } from "./welcome-back.js";

/**
 * The loop: a response's headers become a signal, signals move a rate, the rate gives each request its moment, and its
 * response closes the loop. Edges submit jobs and report what came of them.
 */
export class Loop implements Submitter, TryListener, AbortHandler {
  readonly #options: CompleteOptions;
  readonly #event$ = new Events();
  /** All that happens, as plain data. Costs nothing while nobody listens. */
  readonly event$: Observable<SluiceEvent> = this.#event$.asObservable();
  /** Where responses enter the loop. It has this one end, so that no list of observers is copied for each of them. */
  #response: Subscriber<Exchange> | undefined = undefined;
  readonly #keys: Keys;
  readonly #room: WaitingRoom;
  readonly #pump: Pump;
  readonly #door: Door;
  readonly #interpreter: Interpreter;
  readonly #learner: Learner;
  readonly #judge: Judge;
  readonly #warned = new Set<WarningEvent["code"]>();
  #requests = 0;
  #isClosed = false;
  #isAborted = false;
  /** Whose places are being given back. */
  #leaving: Fleet | undefined;
  readonly #onDrained: (() => void)[] = [];

  constructor(options: CompleteOptions, reader: Reader) {
    this.#options = options;
    this.#keys = new Keys(options, reader, this.#event$, this);
    this.#room = new WaitingRoom(options.clock, this.#event$);
    this.#pump = new Pump(options.clock, this.#room, this.#event$, this);
    this.#door = new Door(options, this.#room, this.#pump);
    this.#interpreter = new Interpreter(reader, options.clock, this.#event$);
    this.#learner = new Learner(this.#keys, options.random, this.#event$);
    this.#judge = new Judge(options, this.#room, this.#event$);
    if (options.store !== undefined) this.#keys.fleet = this.#joinFleet(options.store);
    new Observable<Exchange>((subscriber) => {
      this.#response = subscriber;
    })
      .pipe(
        map((exchange) => this.#read(exchange)), // headers become a signal,
        map((exchange) => this.#learn(exchange)), // which moves the rates
        map((exchange) => this.#decide(exchange)), // and decides what becomes of this request;
      )
      // the next go at the new rates
      .subscribe(({ hasMoved, live, nowMs }) => hasMoved && this.#pump.runAll(live.waiting.lane, nowMs));
  }

  submit(job: Job): Ticket | undefined {
    if (this.#isClosed || job.abort?.aborted === true) {
      job.refuse(this.#isClosed ? closedError(job.key, 0) : job.abort?.reason);
      return undefined;
    }
    const nowMs = this.#options.clock.now();
    this.#requests += 1;
    const waiting = new Waiting(job, this.#keys.laneOf(job, nowMs), this.#requests, nowMs);
    if (job.comeback !== undefined) welcomeBack(waiting, job.comeback, { event$: this.#event$, nowMs });
    const refusal = this.#door.refusalOf(waiting, nowMs);
    if (refusal !== undefined) {
      this.#room.end(waiting, refusal);
      return undefined;
    }
    this.#room.enter(waiting, nowMs);
    this.#pump.run(waiting.lane, nowMs);
    return waiting;
  }

  note(job: Job): boolean {
    if (this.#isClosed) return false;
    const nowMs = this.#options.clock.now();
    this.#requests += 1;
    this.#pump.note(new Waiting(job, this.#keys.laneOf(job, nowMs), this.#requests, nowMs), nowMs);
    return true;
  }

  warn({ code, key, message }: Pick<WarningEvent, "code" | "key" | "message">): void {
    if (!this.#event$.observed || this.#warned.has(code)) return;
    this.#warned.add(code);
    this.#event$.next({ type: "warning", atMs: this.#options.clock.now(), key, code, message });
  }

  get isHeard(): boolean {
    return this.#event$.observed;
  }

  advise({ code, key, message }: Pick<AdviceEvent, "code" | "key" | "message">): void {
    if (!this.#event$.observed) return;
    this.#event$.next({ type: "advice", atMs: this.#options.clock.now(), key, code, message });
  }

  /** Holds a key, or all of them, until {@link resume}. What is in flight goes on. */
  pause(key: string | undefined): void {
    this.#keys.setPaused(key, true);
  }

  resume(key: string | undefined): void {
    this.#keys.setPaused(key, false);
    for (const lane of [...this.#keys.lanes()]) this.#pump.run(lane, this.#options.clock.now());
  }

  /** Caps the requests a second of one key; `undefined` takes the cap off. */
  cap(key: string, ratePerSecond: number | undefined): void {
    const lane = this.#keys.setCap(key, ratePerSecond);
    if (lane !== undefined) this.#pump.runAll(lane, this.#options.clock.now());
  }

  budgets(): readonly BudgetSnapshot[] {
    const nowMs = this.#options.clock.now();
    this.#keys.maybeSweep(nowMs);
    return [...this.#keys.lanes()].flatMap((lane) => snapshotOf(lane, nowMs));
  }

  snapshot(): SluiceState {
    return this.#keys.snapshot();
  }

  /** Refuses what waits, and calls back once nothing is in flight. */
  close(abort: boolean, onDrained: () => void): void {
    this.#isClosed = true;
    this.#isAborted ||= abort;
    this.#pump.close(this.#keys.lanes());
    for (const lane of this.#keys.lanes()) this.#room.removeAll(lane, closedWhileWaiting);
    const reason = new SluiceError("ERR_SLUICE_CLOSED", "the sluice was closed with `abort: true`");
    // What a stranger has sent goes on without us, however long it takes.
    for (const live of this.#pump.inFlight.all()) if (abort || live.isForeign) live.giveUp(reason);
    this.#onDrained.push(onDrained);
    if (abort) this.#leaving?.close(true, () => this.#left());
    this.#maybeDrained();
  }

  onAbort(waiting: Waiting, reason: unknown): void {
    if (this.#room.remove(waiting, reason)) this.#pump.run(waiting.lane, this.#options.clock.now());
    else waiting.current?.giveUp(reason);
  }

  onRespond(live: LiveTry, facts: ResponseFacts | undefined): Verdict {
    return this.#close(newExchange(live, this.#options.clock.now(), facts, undefined, false));
  }

  onFail(live: LiveTry, error: unknown, isOwn: boolean): Verdict {
    const known = error ?? new Error("the request failed");
    return this.#close(newExchange(live, this.#options.clock.now(), undefined, known, isOwn));
  }

  /** The body of an accepted response says that it failed after all: the rates learn it, the request is not sent again. */
  onCorrect(live: LiveTry, facts: ResponseFacts): void {
    const exchange = this.#read(newExchange(live, this.#options.clock.now(), facts, undefined, false));
    if (exchange.signal.outcome === "accepted" || exchange.signal.outcome === "failed") return;
    this.#learn(exchange);
    live.verdict = { next: "deliver", signal: exchange.signal };
    if (exchange.signal.outcome === "exhausted") this.#judge.exhaust(live.waiting.lane, exchange.nowMs);
  }

  onWarn({ waiting }: LiveTry, error: unknown): void {
    this.#interpreter.warn(waiting.lane, "`facts`", error);
  }

  onFinish(live: LiveTry, actual: Cost | undefined): void {
    const nowMs = this.#options.clock.now();
    const { waiting } = live;
    if (live.verdict === undefined) {
      this.#learner.forget(live, nowMs);
      live.verdict = { next: "deliver", signal: NOTHING_HEARD };
      this.#room.close(waiting);
    }
    this.#pump.inFlight.delete(live);
    release(live, actual, nowMs);
    if (live.verdict.next === "deliver" && this.#event$.observed) {
      if (isGivenUp(live, live.verdict.signal)) this.#room.tellDropped(waiting, this.#codeOf(live));
      else this.#event$.next(settledEvent(live, actual, nowMs));
    }
    this.#goOn(waiting.lane, nowMs);
    this.#maybeDrained();
  }

  onOutlasted(live: LiveTry): void {
    const nowMs = this.#options.clock.now();
    vacate(live, nowMs);
    this.#goOn(live.waiting.lane, nowMs);
  }

  /** A place is free. */
  #goOn(lane: Lane, nowMs: number): void {
    this.#pump.runAll(lane, nowMs);
    if (lane.isIdle) this.#keys.onIdle(lane);
  }

  /** Sends a response round the loop, and hands back what it came to. */
  #close(exchange: Exchange): Verdict {
    exchange.live.verdict = exchange.verdict;
    this.#pump.inFlight.answered(exchange.live);
    this.#response?.next(exchange);
    return exchange.verdict;
  }

  #read(exchange: Exchange): Exchange {
    this.#interpreter.interpret(exchange);
    return exchange;
  }

  #learn(exchange: Exchange): Exchange {
    const isHeard = this.#event$.observed;
    if (isHeard && !isGivenUp(exchange.live, exchange.signal)) {
      if (exchange.signal.outcome !== "accepted") exchange.dice = this.#learner.throwDice(exchange.live);
      this.#event$.next(responseEvent(exchange));
    }
    this.#learner.learn(exchange);
    if (isHeard) {
      const { live, nowMs } = exchange;
      adviseBacklog(this.#event$, live.waiting.lane, nowMs, this.#options.queue.adviseAfterMs);
    }
    return exchange;
  }

  #decide(exchange: Exchange): Exchange {
    const { live } = exchange;
    exchange.verdict =
      this.#isClosed && exchange.signal.outcome !== "accepted"
        ? { next: "deliver", signal: exchange.signal }
        : this.#judge.judge(exchange);
    live.verdict = exchange.verdict;
    if (exchange.verdict.next === "deliver") this.#room.close(live.waiting);
    return exchange;
  }

  #joinFleet(store: Store): Fleet {
    const { clock, random } = this.#options;
    return new Fleet({
      ...{ store, clock, random, event$: this.#event$ },
      pump: (lane) => this.#pump.runAll(lane, clock.now()),
      specOf: (lane, limit, born) => this.#keys.specOf(lane, limit, born),
    });
  }

  /** Who gave up a try in flight. */
  #codeOf({ isLate, waiting: { job } }: LiveTry): DroppedEvent["code"] {
    if (isLate) return "ERR_SLUICE_DEADLINE";
    return this.#isClosed && job.abort?.aborted !== true ? "ERR_SLUICE_CLOSED" : "aborted";
  }

  #maybeDrained(): void {
    if (!this.#isClosed || this.#leaving !== undefined || this.#pump.inFlight.size > 0) return;
    const { fleet } = this.#keys;
    if (fleet === undefined) return this.#drained();
    this.#keys.fleet = undefined;
    this.#leaving = fleet;
    fleet.close(this.#isAborted, () => this.#left());
  }

  #left(): void {
    this.#leaving = undefined;
    this.#drained();
  }

  #drained(): void {
    for (const tell of this.#onDrained.splice(0)) tell();
    this.#event$.complete();
    this.#response?.complete();
  }
}

/** The caller gave up, the deadline or a hard close did, before there was an answer. */
function isGivenUp(live: LiveTry, signal: Signal): boolean {
  return live.isAborted && signal === NOTHING_HEARD;
}
