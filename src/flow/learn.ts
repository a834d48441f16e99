import type { Subject } from "rxjs";
import { predictedLevel } from "../control/budget.js";
import type { Verdict as BudgetVerdict } from "../control/controller.js";
import { type Draw as RoutedDraw, type Routing, route } from "../control/route.js";
import type { Dimension } from "../cost.js";
import type { Random } from "../random.js";
import type { Quota, Signal } from "../signal/signal.js";
import { isSameLimit } from "../store/event.js";
import { tellDecision } from "./decided.js";
import type { SluiceEvent } from "./event.js";
import { type Exchange, NOTHING_HEARD } from "./exchange.js";
import { chargedIn, type Governed, unitsIn } from "./governed.js";
import type { Keys } from "./keys.js";
import type { Lane } from "./lane.js";
import { isTransient } from "./retry.js";
import type { Draw, LiveTry } from "./try.js";

/** How long a request of a size that could never fit is refused without asking. */
const TOO_LARGE_MS = 600_000;

/** What there is to learn of one response. */
interface Lesson extends Pick<Exchange, "signal" | "nowMs" | "isCorrection"> {
  readonly dice: number;
  /** Whether the request was a stranger's. */
  readonly isForeign: boolean;
}

/** From a signal to the rates: which budget the response is evidence for, and what each makes of it. */
export class Learner {
  readonly #keys: Keys;
  readonly #random: Random;
  readonly #event$: Subject<SluiceEvent>;

  constructor(keys: Keys, random: Random, event$: Subject<SluiceEvent>) {
    this.#keys = keys;
    this.#random = random;
    this.#event$ = event$;
  }

  learn(exchange: Exchange): void {
    const { live, signal, nowMs, isCorrection } = exchange;
    const evidence = evidenceOf(exchange);
    const routing = isRefusal(evidence) ? routeRefusal(live, evidence) : undefined;
    const plain = routing === undefined ? plainVerdict(exchange) : "void";
    let index = 0;
    for (let draw = live.draws; draw !== undefined; draw = draw.next) {
      const dice = exchange.dice?.[index] ?? this.#random();
      const lesson = { signal, nowMs, isCorrection, isForeign: live.isForeign, dice };
      this.#learnOne(draw, routing?.verdicts[index] ?? plain, lesson);
      index += 1;
    }
    if (signal.quotas.length > 0 || routing?.birth !== undefined) this.#bear(live, signal, routing?.birth, nowMs);
    if (signal.refused?.neverFits === true) noteTooLarge(live, signal.refused.dimension, nowMs);
    exchange.hasMoved = hasMoved(exchange);
    if (signal.outcome !== "accepted") return;
    for (const draw of live.waiting.lane.draws) draw.delivered.add(live.waiting.job.cost, nowMs);
    live.waiting.lane.latency.note(nowMs - live.sentAtMs);
  }

  /** A try ended without an answer, after it was sent: nothing was learnt. */
  forget(live: LiveTry, nowMs: number): void {
    for (let draw = live.draws; draw !== undefined; draw = draw.next) {
      const dice = this.#random();
      this.#learnOne(draw, "lost", {
        signal: NOTHING_HEARD,
        nowMs,
        isCorrection: false,
        isForeign: live.isForeign,
        dice,
      });
    }
  }

  /** Throws the dice before the budgets learn, for whoever wants to tell of them. */
  throwDice(live: LiveTry): readonly number[] {
    const dice: number[] = [];
    for (let draw = live.draws; draw !== undefined; draw = draw.next) dice.push(this.#random());
    return dice;
  }

  #learnOne(draw: Draw, verdict: BudgetVerdict, lesson: Lesson): void {
    const { budget } = draw;
    const { signal, nowMs, isCorrection, isForeign, dice } = lesson;
    const quota = signal.quotas.length === 0 ? undefined : signal.quotas.find((each) => isSameLimit(budget, each));
    const statedRetryAfterMs = signal.retryAfterDerived === true ? undefined : signal.retryAfterMs;
    const decision = budget.respond(draw, {
      nowMs,
      // Only what was sent at a rate may lower it: a stranger's refusal leaves the quota that its headers tell of.
      verdict: isForeign && verdict !== "accepted" && verdict !== "lost" ? "void" : verdict,
      quota,
      statedRetryAfterMs,
      dice,
    });
    if (count(budget, verdict, signal) && isCorrection) budget.accepted -= 1;
    const isNews = decision.move !== "hold" || decision.because !== budget.decision.because;
    budget.decision = decision;
    if (isNews && this.#event$.observed) tellDecision(this.#event$, budget, nowMs);
  }

  /** A quota, or a refusal, that names a budget which isn't there yet brings it to light. */
  #bear(
    live: LiveTry,
    signal: Signal,
    refused: { readonly dimension: Dimension; readonly scope?: string } | undefined,
    nowMs: number,
  ): void {
    const { lane } = live.waiting;
    const isKnown = (limit: Pick<Quota, "dimension" | "scope">) =>
      lane.draws.some((draw) => draw.budgets.some((budget) => isSameLimit(budget, limit)));
    for (const quota of signal.quotas) {
      if ((quota.limit !== undefined || quota.remaining !== undefined) && !isKnown(quota)) {
        this.#born(live, this.#keys.addBudget(ownerOf(lane, quota), quota, { quota }, nowMs), nowMs);
      }
    }
    if (refused === undefined || isKnown(refused)) return;
    const owner = ownerOf(lane, refused);
    const refusedWithDeliveredPerSecond = deliveredWhenRefused(live, owner, refused.dimension, nowMs);
    // Refused before anything was let in: all that is known of the limit is that it is low, so that it is looked for from below.
    const isUnknown = refused.dimension === "requests" && refusedWithDeliveredPerSecond === 0;
    const born = isUnknown ? undefined : { refusedWithDeliveredPerSecond };
    this.#born(live, this.#keys.addBudget(owner, refused, born, nowMs), nowMs);
  }

  /** A limit that no request's cost speaks of holds nothing back until it refuses: that is worth saying, once. */
  #born({ waiting }: LiveTry, budget: Governed | undefined, nowMs: number): void {
    if (budget === undefined || !this.#event$.observed) return;
    tellDecision(this.#event$, budget, nowMs);
    const { key, dimension } = budget;
    const { cost } = waiting.job;
    if (!isOfTokens(dimension) || unitsIn(dimension, cost) > 0) return;
    const message = `the server limits ${dimension}, and the request names no cost in them: with \`cost\` they are paced`;
    this.#event$.next({ type: "advice", atMs: nowMs, key, code: "cost-unknown", message });
  }
}

/** Whose a new budget is: of the lanes that are shared, the one of its scope. */
function ownerOf(lane: Lane, { scope }: { readonly scope?: string }): Lane {
  return (scope === undefined ? undefined : lane.draws.find((draw) => draw.scope === scope)) ?? lane;
}

/**
 * What was let in of a dimension when it was refused, in units a second. Of a start that is seconds old little has been
 * answered yet: there the rate that was refused says more, for as much of the whole as was its own.
 */
function deliveredWhenRefused(live: LiveTry, owner: Lane, dimension: Dimension, nowMs: number): number {
  const delivered = owner.delivered.ratePerSecond(dimension, nowMs);
  const { lane } = live.waiting;
  const own = lane.delivered.ratePerSecond(dimension, nowMs);
  if (dimension !== "requests" || own === 0) return delivered;
  for (let draw = live.draws; draw !== undefined; draw = draw.next) {
    const { budget, stamp } = draw;
    if (budget.key !== lane.key || budget.dimension !== dimension || budget.scope !== undefined) continue;
    return Math.max(delivered, Math.min(2 * delivered, (stamp.rate * delivered) / own));
  }
  return delivered;
}

function isOfTokens(dimension: Dimension): boolean {
  return dimension === "tokens" || dimension === "inputTokens" || dimension === "outputTokens";
}

/** A plain accept moves no rate but by a decision: only what has moved is worth another look at who waits. */
function hasMoved({ live, signal }: Exchange): boolean {
  if (signal.outcome !== "accepted" || signal.quotas.length > 0) return true;
  for (let draw = live.draws; draw !== undefined; draw = draw.next) {
    if (draw.budget.decision.move !== "hold") return true;
  }
  return false;
}

/** What was too large once is refused here the next time, for a while: the limit may be raised. */
function noteTooLarge({ waiting: { job, lane } }: LiveTry, dimension: Dimension, nowMs: number): void {
  const units = chargedIn(dimension, job.cost);
  const { tooLarge } = lane;
  const isSmaller = tooLarge === undefined || tooLarge.untilMs <= nowMs || units < tooLarge.units;
  if (units > 0 && isSmaller) lane.tooLarge = { dimension, units, untilMs: nowMs + TOO_LARGE_MS };
}

function isRefusal({ outcome }: Signal): boolean {
  return outcome === "throttled" || outcome === "overloaded" || outcome === "saturated";
}

/** A refusal is evidence for the budget that it names, or that foretold it; for the others it is none. */
function routeRefusal(live: LiveTry, signal: Signal): Routing {
  const draws: RoutedDraw[] = [];
  for (let draw = live.draws; draw !== undefined; draw = draw.next) {
    const { dimension, scope, state } = draw.budget;
    // Tokens every request draws on, whether its cost says so or not.
    const isDrawnOn = isOfTokens(dimension) || unitsIn(dimension, live.waiting.job.cost) > 0;
    const level = isDrawnOn ? predictedLevel(state, draw.stamp) : undefined;
    draws.push({
      dimension,
      ...(scope === undefined ? {} : { scope }),
      ...(level === undefined ? {} : { level }),
    });
  }
  return route(signal, draws);
}

/** What an outcome that is no refusal is to every budget alike. */
function plainVerdict({ live, signal }: Exchange): BudgetVerdict {
  if (signal.outcome === "accepted") return "accepted";
  return live.isAborted ? "lost" : "void";
}

/** A server that fails, or can't be reached, is short of something: for the rates it is as good as overloaded. */
function evidenceOf({ live, facts, isOwn, signal }: Exchange): Signal {
  const isSoft = signal.outcome === "failed" && !live.isAborted && !isOwn && isTransient(facts?.status);
  return isSoft ? { ...signal, outcome: "overloaded" } : signal;
}

/** A budget counts what it was judged for: one that another budget refused isn't its own. Returns whether it was counted. */
function count(budget: Governed, verdict: BudgetVerdict, { outcome }: Signal): boolean {
  if (verdict === "accepted") budget.accepted += 1;
  else if (verdict === "refused" || verdict === "saturated") budget.throttled += 1;
  else if (verdict === "soft" && outcome === "overloaded") budget.overloaded += 1;
  else return false;
  return true;
}
