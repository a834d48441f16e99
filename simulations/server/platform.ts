import { seededRandom } from "../random.js";
import { type Fault, isRefusing } from "./fault.js";
import { createFaults } from "./faults.js";
import type { Admission, Allowance, Arrival, Limit } from "./limit.js";
import type { Move, ScheduledMove } from "./move.js";
import { type Neighbour, settleIn, type Task, takenPerSecond } from "./neighbour.js";
import { createPast } from "./past.js";
import { type SharedQuota, withShared } from "./shared.js";
import { createLimit, type LimitSource, type OwnLimits } from "./spec.js";
import { createTimetable } from "./timetable.js";
import { stepsOf, type Wave } from "./wave.js";

/** What a platform begins with. */
export interface PlatformOptions {
  readonly limitOf: (model: string) => LimitSource;
  /** Limits of single organisations for a model, by their names. Default: all have the same. */
  readonly ownLimitsOf?: (model: string) => OwnLimits;
  /** What the model's limit has in common with those of others, if anything. */
  readonly sharedOf?: (model: string) => SharedQuota | undefined;
  readonly schedule?: readonly ScheduledMove[];
  readonly waves?: readonly Wave[];
  readonly faults?: readonly Fault[];
  readonly neighbours?: readonly Neighbour[];
  /** Draws who meets a fault and when strangers come. */
  readonly seed: number | string;
  /** Told before a model's limit moves, or all do: what was allowed until now is settled by the old state. */
  readonly beforeMove?: (atMs: number) => void;
  /** Told of each move, for what of it isn't the limit's. */
  readonly onMove?: (move: Move) => void;
}

/** What a platform decided on a request. */
export interface Verdict {
  /** What the limit said, or a fault in its place; absent where the request failed elsewhere. */
  readonly admission?: Admission;
  readonly fault?: Fault;
}

/**
 * The models' limits, what moves them, who else draws on them, and what goes wrong: what a server decides, whoever carries
 * it out. Time passes when somebody looks: every method is told the time first.
 */
export interface Platform {
  /** The limit of a model, made when it is first asked for. */
  limitOf(model: string): Limit;
  readonly isOut: boolean;
  /** Carries out what was to happen until now. */
  catchUp(nowMs: number): void;
  schedule(nowMs: number, moves: readonly ScheduledMove[]): void;
  /** Decides on a request that arrives now. */
  decide(nowMs: number, model: string, arrival: Arrival): Verdict;
  /** Milliseconds until it would be let in if nothing else came; Infinity until something ends or moves. */
  waitMs(nowMs: number, model: string, arrival: Arrival): number;
  /** An accepted request has ended. */
  settle(nowMs: number, model: string, arrival: Arrival): void;
  /** What an organisation may send: the limit, less what strangers take of it. */
  allowed(nowMs: number, model: string, organisation: string): Allowance;
}

const OUT: Verdict = { admission: { outcome: "overloaded" } };
const NOTHING: Allowance = { requests: 0, tokens: 0 };

/** Makes a platform at the instant 0. */
export function createPlatform(options: PlatformOptions): Platform {
  const { seed, neighbours = [] } = options;
  const timetable = createTimetable<Task>();
  const faults = createFaults(options.faults ?? [], seededRandom(`${seed}/fault`));
  const limits = new Map<string, Limit>();
  const past = createPast();
  let outUntilMs = Number.NEGATIVE_INFINITY;
  let isOut = false;
  let presentMs = 0;

  function limitOf(model: string): Limit {
    const known = limits.get(model);
    if (known !== undefined) return known;
    const own = createLimit(options.limitOf(model), options.ownLimitsOf?.(model));
    const shared = options.sharedOf?.(model);
    const limit = shared === undefined ? own : withShared(own, shared);
    limits.set(model, limit);
    moveIn(model, limit);
    return limit;
  }

  /** A model that is met late has missed the moves before; strangers come to it as to any other. */
  function moveIn(model: string, limit: Limit): void {
    limit.change(presentMs, past.of(model));
    for (const [index, neighbour] of neighbours.entries()) {
      if ((neighbour.model ?? model) !== model) continue;
      const random = seededRandom(`${seed}/neighbour/${index}/${model}`);
      settleIn(neighbour, { limit, timetable, random, nowMs: presentMs });
    }
  }

  function apply(atMs: number, move: Move): void {
    options.beforeMove?.(atMs);
    for (const [model, limit] of limits) if ((move.model ?? model) === model) limit.change(atMs, move);
    past.add(move);
    if (move.outageMs !== undefined) {
      outUntilMs = atMs + move.outageMs;
      // Its end is an instant of its own. A longer outage that came meanwhile goes on.
      if (move.outageMs > 0) timetable.add(outUntilMs, endOutage);
      isOut = atMs < outUntilMs;
    }
    if (move.fault !== undefined) faults.meet(move.fault ?? undefined);
    options.onMove?.(move);
  }

  function endOutage(atMs: number): void {
    options.beforeMove?.(atMs);
    isOut = atMs < outUntilMs;
  }

  function carryOut(atMs: number, task: Task): void {
    presentMs = atMs;
    task(atMs);
  }

  function catchUp(nowMs: number): void {
    if (timetable.nextAtMs <= nowMs) timetable.catchUp(nowMs, carryOut);
    presentMs = nowMs;
  }

  function schedule(nowMs: number, moves: readonly ScheduledMove[]): void {
    for (const { atMs, ...move } of moves) timetable.add(nowMs + atMs, (then) => apply(then, move));
    catchUp(nowMs);
  }

  function follow(wave: Wave): void {
    const steps = stepsOf(wave);
    const next = (): void => {
      const step = steps.next().value;
      if (step === undefined) return;
      timetable.add(step.atMs, (atMs) => {
        apply(atMs, { ...step.change, ...(wave.model !== undefined && { model: wave.model }) });
        next();
      });
    };
    next();
  }

  /** What the limit leaves an organisation once its strangers have taken theirs. */
  function leftFor(nowMs: number, model: string, organisation: string): Allowance {
    const { requests, tokens } = limitOf(model).allowed(nowMs, organisation);
    const taken = takenPerSecond(neighbours, { nowMs, model, organisation });
    return { requests: Math.max(0, requests - taken), tokens };
  }

  for (const wave of options.waves ?? []) follow(wave);
  schedule(0, options.schedule ?? []);
  return {
    limitOf,
    get isOut() {
      return isOut;
    },
    catchUp,
    schedule,
    decide(nowMs, model, arrival) {
      catchUp(nowMs);
      const limit = limitOf(model);
      const fault = faults.take(nowMs, model);
      if (fault !== undefined && isRefusing(fault)) return refusedBy(fault);
      if (isOut) return OUT;
      const admission = limit.admit(nowMs, arrival);
      return fault === undefined ? { admission } : { admission, fault };
    },
    waitMs(nowMs, model, arrival) {
      catchUp(nowMs);
      const limit = limitOf(model);
      const outMs = isOut ? outUntilMs - nowMs : 0;
      return Math.max(outMs, faults.waitMs(nowMs, model), limit.waitMs(nowMs, arrival));
    },
    settle(nowMs, model, arrival) {
      catchUp(nowMs);
      limitOf(model).settle(nowMs, arrival);
    },
    allowed(nowMs, model, organisation) {
      catchUp(nowMs);
      return isOut || faults.waitMs(nowMs, model) > 0 ? NOTHING : leftFor(nowMs, model, organisation);
    },
  };
}

/** Faults that refuse in the place of the limit, which never sees the request. */
function refusedBy(fault: Fault): Verdict {
  switch (fault.kind) {
    case "status-503":
      return { admission: { outcome: "overloaded" }, fault };
    case "retry-after-year":
      return { admission: { outcome: "throttled" }, fault };
    default:
      return { fault };
  }
}
