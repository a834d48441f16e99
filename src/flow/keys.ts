import type { CompleteOptions } from "../complete.js";
import { type BudgetSpec, createBudget, restoreBudget, snapshotBudget } from "../control/budget.js";
import type { Dimension } from "../cost.js";
import { createRetryBudget } from "../pace/retry-budget.js";
import type { LimitTraits } from "../signal/signal.js";
import type { SluiceState } from "../state.js";
import { Governed } from "./governed.js";
import { Lane } from "./lane.js";
import type { Reader } from "./reader.js";
import type { AbortHandler } from "./waiting.js";

/** A lane has no more budgets than this, whatever names a server's headers invent. */
const BUDGETS_MAX = 16;
/** Idle keys are looked for once in so many new ones, and whenever there are too many. */
const SWEEP_EVERY = 256;

/**
 * The lanes by key. They are made on first use, warm where a state was handed in, and leave when they have been idle for
 * long or when there are too many: names that a stranger chooses can't fill the memory.
 */
export class Keys {
  readonly #options: CompleteOptions;
  readonly #reader: Reader;
  readonly #abortHandler: AbortHandler;
  /** In order of last use, as far as idle lanes go. */
  readonly #lanes = new Map<string, Lane>();
  readonly #warm = new Map<string, SluiceState["keys"][number]>();
  #isPaused = false;
  #made = 0;

  constructor(options: CompleteOptions, reader: Reader, abortHandler: AbortHandler) {
    this.#options = options;
    this.#reader = reader;
    this.#abortHandler = abortHandler;
    for (const key of options.state?.keys ?? []) this.#warm.set(key.key, key);
  }

  lanes(): IterableIterator<Lane> {
    return this.#lanes.values();
  }

  find(key: string): Lane | undefined {
    return this.#lanes.get(key);
  }

  /** The lane of a key, made if it isn't there. `host` finds the dialect of a new one. */
  laneOf(key: string, host: string | undefined, nowMs: number): Lane {
    const known = this.#lanes.get(key);
    if (known !== undefined) return known;
    this.#made += 1;
    if (this.#made % SWEEP_EVERY === 0 || this.#lanes.size >= this.#options.keysMax) this.#sweep(nowMs);
    return this.#make(key, host, nowMs, true);
  }

  setPaused(key: string | undefined, isPaused: boolean): void {
    if (key !== undefined) {
      const lane = this.laneOf(key, undefined, this.#options.clock.now());
      lane.isPaused = isPaused;
      return;
    }
    this.#isPaused = isPaused;
    for (const lane of this.#lanes.values()) lane.isPaused = isPaused;
  }

  /** A lane was in use just now: it becomes the last to be forgotten. */
  onIdle(lane: Lane): void {
    if (this.#lanes.size > 1 && this.#lanes.get(lane.key) === lane) {
      this.#lanes.delete(lane.key);
      this.#lanes.set(lane.key, lane);
    }
  }

  /** Gives a lane one more budget, unless headers have invented too many. */
  addBudget(
    lane: Lane,
    limit: { readonly dimension: Dimension; readonly scope?: string },
    born: BudgetSpec["born"],
    nowMs: number,
  ): void {
    if (lane.budgets.length >= BUDGETS_MAX) return;
    const spec = this.#specOf(limit, this.#reader.traits(lane, limit), born);
    lane.budgets.push(new Governed(limit.dimension, limit.scope, createBudget(spec, nowMs), nowMs));
  }

  snapshot(): SluiceState {
    return {
      version: 1,
      takenAtMs: this.#options.clock.wallNow(),
      keys: [...this.#lanes.values()].map((lane) => ({
        key: lane.key,
        budgets: lane.budgets.map(({ dimension, scope, state }) => ({
          dimension,
          ...(scope === undefined ? {} : { scope }),
          state: snapshotBudget(state),
        })),
      })),
    };
  }

  #make(key: string, host: string | undefined, nowMs: number, mayShare: boolean): Lane {
    const options = this.#options;
    const rules = options.budgets.filter((rule) => (mayShare ? rule.key !== key && isMatch(rule.match, key) : false));
    const own = options.budgets.find((rule) => rule.key === key);
    const lane = new Lane(key, {
      shared: rules.map((rule) => this.#lanes.get(rule.key) ?? this.#make(rule.key, host, nowMs, false)),
      abortHandler: this.#abortHandler,
      retryBudget: createRetryBudget(nowMs, options.retry.budgetRatio),
      concurrencyMax: own?.concurrencyMax ?? options.concurrencyMax,
      rateMax: own?.rateMax ?? options.control.rateMax,
      nowMs,
    });
    lane.host = host;
    lane.isPaused = this.#isPaused;
    this.#lanes.set(key, lane);
    const warm = this.#warm.get(key);
    if (warm === undefined) this.addBudget(lane, { dimension: "requests" }, undefined, nowMs);
    else {
      const ageMs = Math.max(0, options.clock.wallNow() - (options.state?.takenAtMs ?? 0));
      for (const { dimension, scope, state } of warm.budgets.slice(0, BUDGETS_MAX)) {
        lane.budgets.push(new Governed(dimension, scope, restoreBudget(state, nowMs, ageMs), nowMs));
      }
      this.#warm.delete(key);
    }
    return lane;
  }

  #specOf(
    { dimension, scope }: { readonly dimension: Dimension; readonly scope?: string },
    traits: LimitTraits,
    born: BudgetSpec["born"],
  ): BudgetSpec {
    const { control } = this.#options;
    return {
      dimension,
      ...(scope === undefined ? {} : { scope }),
      law: control.law,
      epochMs: control.epochMs,
      multiplicativeDecrease: control.multiplicativeDecrease,
      ...(control.additiveIncrease === undefined ? {} : { additiveIncrease: control.additiveIncrease }),
      rateInitial: control.rateInitial,
      rateMin: control.rateMin,
      rateMax: control.rateMax,
      burst: control.burst,
      startDoublingMs: control.startDoublingMs,
      traits,
      ...(born === undefined ? {} : { born }),
    };
  }

  /** Forgets what has long been idle, and of the rest the oldest where there are too many. Looks at a few at a time. */
  #sweep(nowMs: number): void {
    const { keysMax, keyIdleMs } = this.#options;
    let looked = 0;
    for (const lane of this.#lanes.values()) {
      const isOld = nowMs - lane.lastUsedMs > keyIdleMs;
      looked += 1;
      if (looked > SWEEP_EVERY || (!isOld && this.#lanes.size < keysMax)) return;
      if (lane.isIdle) this.#forget(lane);
      else this.onIdle(lane); // busy: to the end, so that the next sweep doesn't meet it first
    }
  }

  #forget(lane: Lane): void {
    this.#lanes.delete(lane.key);
    for (const shared of lane.draws) shared.dependents.delete(lane);
  }
}

function isMatch(match: string | RegExp, key: string): boolean {
  return typeof match === "string"
    ? key.includes(match)
    : new RegExp(match.source, match.flags.replace(/[gy]/g, "")).test(key);
}
