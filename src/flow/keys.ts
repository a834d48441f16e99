import type { Subject } from "rxjs";
import type { CompleteOptions } from "../complete.js";
import { type BudgetSpec, type BudgetState, createBudget } from "../control/budget.js";
import { reviveBudget } from "../control/revive.js";
import type { Dimension } from "../cost.js";
import { createRetryBudget } from "../pace/retry-budget.js";
import type { SluiceState } from "../state.js";
import type { Limit } from "../store/event.js";
import { NOTHING_RECENT } from "../store/recent.js";
import type { SluiceEvent } from "./event.js";
import type { Fleet } from "./fleet.js";
import { Governed } from "./governed.js";
import type { Job } from "./job.js";
import { Lane } from "./lane.js";
import type { Reader } from "./reader.js";
import { Saved } from "./saved.js";
import { specOf } from "./specify.js";
import type { AbortHandler } from "./waiting.js";
import { Wishes } from "./wishes.js";

/** A lane has no more budgets than this, whatever names a server's headers invent. */
const BUDGETS_MAX = 16;
/** Idle keys are looked for once in so many new ones, and whenever there are too many. */
const SWEEP_EVERY = 256;
/** And so often in the time after which they leave, where no new key comes. */
const SWEEPS_PER_IDLE = 4;
/** A sweep that wasn't through with all goes on after this long. */
const SWEEP_AGAIN_MS = 1_000;

/** Who asks for a lane: its key, and what finds the dialect and the documented limits of a new one. */
type Asker = Pick<Job, "key" | "host" | "place">;

/**
 * The lanes by key. They are made on first use, warm where a state was handed in, and leave when they have been idle for
 * long or when there are too many: names that a stranger chooses can't fill the memory.
 */
export class Keys {
  readonly #options: CompleteOptions;
  readonly #reader: Reader;
  readonly #abortHandler: AbortHandler;
  readonly #event$: Subject<SluiceEvent>;
  /** In order of last use, as far as idle lanes go. */
  readonly #lanes = new Map<string, Lane>();
  readonly #saved: Saved;
  readonly #wishes = new Wishes();
  /** Where keys have a place among other processes. */
  fleet: Fleet | undefined = undefined;
  #made = 0;
  #sweepAtMs: number;

  constructor(options: CompleteOptions, reader: Reader, event$: Subject<SluiceEvent>, abortHandler: AbortHandler) {
    const { clock, keyIdleMs, state } = options;
    this.#options = options;
    this.#reader = reader;
    this.#event$ = event$;
    this.#abortHandler = abortHandler;
    this.#saved = new Saved(state, clock, options);
    this.#sweepAtMs = clock.now() + keyIdleMs;
  }

  lanes(): IterableIterator<Lane> {
    return this.#lanes.values();
  }

  /** Forgets what has long been idle, where it is time to look. */
  maybeSweep(nowMs: number): void {
    if (nowMs >= this.#sweepAtMs) this.#sweep(nowMs);
  }

  /** The lane of a request's key, made if it isn't there. */
  laneOf(asker: Asker, nowMs: number): Lane {
    this.maybeSweep(nowMs);
    const known = this.#lanes.get(asker.key);
    if (known !== undefined) return known;
    this.#made += 1;
    if (this.#made % SWEEP_EVERY === 0 || this.#lanes.size >= this.#options.keysMax) this.#sweep(nowMs);
    return this.#make(asker, nowMs, { draws: this.#sharedBy(asker, nowMs) });
  }

  /** Pauses or resumes one key, or all. */
  setPaused(key: string | undefined, isPaused: boolean): void {
    this.#wishes.setPaused(key, isPaused);
    for (const lane of this.#lanes.values()) lane.isPaused = this.#wishes.isPaused(lane.key);
  }

  /** Caps the rate of one key. Returns its lane, if it is there. */
  setCap(key: string, ratePerSecond: number | undefined): Lane | undefined {
    this.#wishes.setCap(key, ratePerSecond);
    const lane = this.#lanes.get(key);
    if (lane !== undefined) lane.rateMax = this.#rateMaxOf(key);
    return lane;
  }

  /** A lane was in use just now: it becomes the last to be forgotten. */
  onIdle(lane: Lane): void {
    if (this.#lanes.size > 1 && this.#lanes.get(lane.key) === lane) {
      this.#lanes.delete(lane.key);
      this.#lanes.set(lane.key, lane);
    }
  }

  /** Gives a lane one more budget, and returns it, unless headers have invented too many. */
  addBudget(
    lane: Lane,
    limit: { readonly dimension: Dimension; readonly scope?: string },
    born: BudgetSpec["born"],
    nowMs: number,
  ): Governed | undefined {
    if (lane.budgets.length >= BUDGETS_MAX) return undefined;
    const state = createBudget(this.specOf(lane, limit, born), nowMs);
    return this.#keep(lane, limit, state, born, nowMs);
  }

  /** What a budget of a lane is made of. */
  specOf(lane: Lane, limit: Limit, born: BudgetSpec["born"]): BudgetSpec {
    const { endpoint } = lane.place ?? {};
    return specOf({ limit, traits: this.#reader.traits(lane, limit), born, endpoint }, this.#options.control);
  }

  #keep(lane: Lane, limit: Limit, state: BudgetState, born: BudgetSpec["born"], nowMs: number): Governed {
    const budget = new Governed(lane.key, limit, state, nowMs, lane.member);
    lane.budgets.push(budget);
    const { dimension, scope } = limit;
    const shared = { dimension, ...(scope === undefined ? {} : { scope }) };
    lane.member?.open({ ...shared, state, epochAtMs: nowMs, settledAtMs: nowMs, recent: NOTHING_RECENT }, born);
    return budget;
  }

  snapshot(): SluiceState {
    return this.#saved.snapshot(this.#lanes.values());
  }

  /** The lanes that a new one draws on too: as the user's rules say, or else as the provider documents. */
  #sharedBy({ key, host, place }: Asker, nowMs: number): readonly Lane[] {
    const { budgets } = this.#options;
    const shared = (sharedKey: string, scope?: string): Lane =>
      this.#lanes.get(sharedKey) ?? this.#make({ key: sharedKey, host }, nowMs, { draws: [], scope });
    if (budgets !== undefined) {
      return budgets.filter((rule) => rule.key !== key && isMatch(rule.match, key)).map((rule) => shared(rule.key));
    }
    if (place?.account === undefined) return [];
    return (place.endpoint.shares ?? []).map((scope) => shared(`${place.account}|(${scope})`, scope));
  }

  #make(
    { key, host, place }: Asker,
    nowMs: number,
    { draws, scope }: { readonly draws: readonly Lane[]; readonly scope?: string | undefined },
  ): Lane {
    const options = this.#options;
    const own = options.budgets?.find((rule) => rule.key === key);
    const lane = new Lane(key, {
      shared: draws,
      place,
      scope,
      abortHandler: this.#abortHandler,
      retryBudget: createRetryBudget(nowMs, options.retry.budgetRatio),
      concurrencyMax: own?.concurrencyMax ?? options.concurrencyMax,
      rateMax: this.#rateMaxOf(key),
      nowMs,
    });
    lane.host = host;
    lane.isPaused = this.#wishes.isPaused(key);
    this.#lanes.set(key, lane);
    this.fleet?.join(lane);
    this.#warmUp(lane, nowMs);
    const has = (wanted: Dimension) => lane.budgets.some(({ dimension }) => dimension === wanted);
    // What the provider lets several share is nobody's guess: it is there once a header or a refusal names it.
    if (scope === undefined && !has("requests")) this.addBudget(lane, { dimension: "requests" }, undefined, nowMs);
    const { jobs } = place?.endpoint ?? {};
    if (jobs !== undefined && !has("concurrency")) this.addBudget(lane, { dimension: "concurrency" }, jobs, nowMs);
    return lane;
  }

  #rateMaxOf(key: string): number {
    const { budgets, control } = this.#options;
    const own = budgets?.find((rule) => rule.key === key);
    return Math.min(own?.rateMax ?? control.rateMax, this.#wishes.capOf(key));
  }

  /** Gives a lane the budgets that the state tells of its key. What can't be read there begins anew, with a warning. */
  #warmUp(lane: Lane, nowMs: number): void {
    const saved = this.#saved.take(lane.key);
    if (saved === undefined) return;
    const ageMs = Math.max(0, this.#options.clock.wallNow() - saved.usedAtMs);
    for (const { state, ...limit } of saved.budgets.slice(0, BUDGETS_MAX)) {
      const revived = reviveBudget(state, this.specOf(lane, limit, undefined), nowMs, ageMs);
      if (revived !== undefined) this.#keep(lane, limit, revived, undefined, nowMs);
      else if (this.#event$.observed) this.#event$.next(unreadableState(lane.key, limit.dimension, nowMs));
    }
  }

  /** Forgets what has long been idle, and of the rest the oldest where there are too many. Looks at a few at a time. */
  #sweep(nowMs: number): void {
    const { keysMax, keyIdleMs } = this.#options;
    this.#sweepAtMs = nowMs + keyIdleMs / SWEEPS_PER_IDLE;
    let looked = 0;
    for (const lane of this.#lanes.values()) {
      looked += 1;
      if (looked > SWEEP_EVERY) {
        this.#sweepAtMs = nowMs + SWEEP_AGAIN_MS;
        return;
      }
      const isOld = nowMs - lane.lastUsedMs > keyIdleMs;
      if (!lane.isIdle)
        this.onIdle(lane); // busy: to the end, so that the idle ones come to the front
      else if (isOld || this.#lanes.size >= keysMax) this.#forget(lane);
      else return;
    }
  }

  #forget(lane: Lane): void {
    this.#lanes.delete(lane.key);
    this.fleet?.leave(lane);
    for (const shared of lane.draws) shared.dependents.delete(lane);
  }
}

function unreadableState(key: string, dimension: Dimension, atMs: number): SluiceEvent {
  const message = `the state handed in tells of ${dimension} what can't be read: that budget begins anew`;
  return { type: "warning", atMs, key, code: "state-unreadable", message };
}

function isMatch(match: string | RegExp, key: string): boolean {
  return typeof match === "string"
    ? key.includes(match)
    : new RegExp(match.source, match.flags.replace(/[gy]/g, "")).test(key);
}
