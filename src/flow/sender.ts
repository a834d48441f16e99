import type { Subject } from "rxjs";
import type { Decision } from "../control/controller.js";
import { refund } from "../pace/retry-budget.js";
import { tellDecision } from "./decided.js";
import type { SluiceEvent } from "./event.js";
import { chargedIn, expectedIn, type Governed, unitsIn } from "./governed.js";
import type { InFlight } from "./in-flight.js";
import type { Lane } from "./lane.js";
import { type Draw, LiveTry, type TryKind, type TryListener } from "./try.js";
import type { Waiting } from "./waiting.js";

/** Any timer is late by a few milliseconds. */
const LATE_TOLD_MS = 10;

/** From the head of the queue to the wire: spends what a try costs, and hands it to its edge. */
export class Sender {
  readonly #inFlight: InFlight;
  readonly #event$: Subject<SluiceEvent>;
  readonly #listener: TryListener;

  constructor(inFlight: InFlight, event$: Subject<SluiceEvent>, listener: TryListener) {
    this.#inFlight = inFlight;
    this.#event$ = event$;
    this.#listener = listener;
  }

  /** Sends a request that has left the queue. `isProbe`: as the one probe into an outage. */
  send(waiting: Waiting, nowMs: number, isProbe: boolean): void {
    const { lane } = waiting;
    const draws = this.#draw(waiting, nowMs, lane.bottleneck);
    const lateMs = lane.bottleneck === undefined ? 0 : nowMs - lane.dueAtMs;
    lane.bottleneck = undefined;
    if (isProbe) waiting.probes += 1;
    this.#start(waiting, draws, nowMs, isProbe ? "probe" : "ordinary", lateMs);
  }

  /** A stranger's request was sent. It kept no pace, so it leaves the pacers alone: a debt to them would be ours to wait out. */
  note(waiting: Waiting, nowMs: number): void {
    this.#start(waiting, this.#draw(waiting, nowMs, "foreign"), nowMs, "foreign", 0);
  }

  #start(waiting: Waiting, draws: Draw | undefined, nowMs: number, kind: TryKind, lateMs: number): void {
    waiting.attempts += 1;
    const live = new LiveTry(this.#listener, waiting, draws, nowMs, kind);
    waiting.current = live;
    this.#inFlight.add(live);
    if (this.#event$.observed) this.#tellSent(live, lateMs);
    if (live.isStopped) this.#giveBack(live);
    else waiting.job.start(live);
  }

  /** Whoever was told of the send has ended the request: it isn't sent after all, and what it was to spend is free again. */
  #giveBack(live: LiveTry): void {
    const { lane, job, spendsRetryBudget } = live.waiting;
    for (let draw = live.draws; draw !== undefined; draw = draw.next) {
      const { budget, stamp } = draw;
      budget.giveBack(unitsIn(budget.dimension, job.cost), stamp.isBurst);
    }
    if (spendsRetryBudget) refund(lane.retryBudget, live.sentAtMs);
    live.finish();
    job.refuse(live.signal.reason);
  }

  /** Spends the request's cost in every budget that it draws on. */
  #draw({ lane, job }: Waiting, nowMs: number, bottleneck: Governed | "foreign" | undefined): Draw | undefined {
    let draws: Draw | undefined;
    for (const draw of lane.draws) {
      for (const budget of draw.budgets) {
        const charged = chargedIn(budget.dimension, job.cost);
        const expected = expectedIn(budget.dimension, job.cost);
        const isBurst = bottleneck !== "foreign" && budget.spend(charged + expected, nowMs);
        const isBottleneck = bottleneck === budget;
        const inFlightBefore = draw.inFlight;
        draws = budget.send({ nowMs, charged, expected, inFlightBefore, isBurst, isBottleneck }, draws);
        if (budget.news !== undefined) this.#decide(budget, budget.news);
      }
      draw.inFlight += 1;
      draw.sends += 1;
      draw.lastUsedMs = nowMs;
    }
    return draws;
  }

  #decide(budget: Governed, decision: Decision): void {
    budget.decision = decision;
    if (this.#event$.observed) tellDecision(this.#event$, budget, decision.atMs);
  }

  #tellSent({ waiting, sentAtMs, number, isProbe, isForeign }: LiveTry, lateMs: number): void {
    this.#event$.next({
      type: "sent",
      atMs: sentAtMs,
      key: waiting.lane.key,
      request: waiting.number,
      attempt: number,
      waitMs: sentAtMs - waiting.enqueuedAtMs,
      inFlight: waiting.lane.inFlight,
      cost: waiting.job.cost,
      ...(waiting.job.place === undefined ? {} : { endpoint: waiting.job.place.endpoint.name }),
      isProbe,
      ratePerSecond: allowedPerSecond(waiting.lane),
      ...(isForeign ? { isForeign } : {}),
      ...(lateMs > LATE_TOLD_MS ? { lateMs } : {}),
    });
  }
}

/** By the plan that the send was let go by. */
function allowedPerSecond({ budgets, rateMax }: Lane): number {
  const requests = budgets.find(({ dimension }) => dimension === "requests");
  return Math.min(requests?.plan.ratePerSecond ?? Infinity, rateMax);
}
