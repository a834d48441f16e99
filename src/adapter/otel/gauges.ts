import type { Attributes, BatchObservableResult, Meter, Observable } from "@opentelemetry/api";
import { DEFAULTS } from "../../defaults.js";
import type { DecisionEvent, ResponseEvent, SentEvent, SluiceEvent } from "../../flow/event.js";
import type { Instruments } from "./instruments.js";
import { ATTRIBUTES, OTHER } from "./names.js";
import type { Series } from "./series.js";

/** A key has no more budgets than this; a server may name any number of quotas. */
const BUDGETS_MAX = 16;

/** How a budget stands, by the last word on it. */
interface Stand {
  readonly attributes: Attributes;
  ratePerSecond?: number;
  limitPerSecond?: number;
  remaining?: number;
  /** What was decided last: what is sent by less than that is capped by the user. */
  decidedPerSecond?: number;
}

interface KeyStand {
  readonly budgets: Map<string, Stand>;
  atMs: number;
}

/** How each budget stands, for whoever asks: what was said of it last. A key that has long said nothing is forgotten, as the sluice forgets it. */
export class Gauges {
  readonly #meter: Meter;
  readonly #instruments: Instruments;
  readonly #series: Series;
  readonly #keys = new Map<string, KeyStand>();
  readonly #observed: Observable[];
  #lastMs = 0;

  constructor(meter: Meter, instruments: Instruments, series: Series) {
    this.#meter = meter;
    this.#instruments = instruments;
    this.#series = series;
    this.#observed = [instruments.rate, instruments.rateLimit, instruments.quotaRemaining];
    meter.addBatchObservableCallback(this.#report, this.#observed);
  }

  take(event: SluiceEvent): void {
    this.#lastMs = event.atMs;
    if (event.type === "sent") this.#send(event);
    else if (event.type === "decision") this.#decide(event);
    else if (event.type === "response") this.#hear(event);
  }

  close(): void {
    this.#meter.removeBatchObservableCallback(this.#report, this.#observed);
  }

  #send({ key, atMs, ratePerSecond }: SentEvent): void {
    const stand = this.#standOf(key, "requests", undefined, atMs);
    if (stand !== undefined) stand.ratePerSecond = ratePerSecond;
  }

  #decide({ key, dimension, scope, atMs, ratePerSecond, limitPerSecond }: DecisionEvent): void {
    const stand = this.#standOf(key, dimension, scope, atMs);
    if (stand === undefined) return;
    const { ratePerSecond: before = Infinity, decidedPerSecond = before } = stand;
    // A cap of the user's isn't the control's affair: it holds until a send shows that it is gone.
    stand.ratePerSecond = before < decidedPerSecond ? Math.min(before, ratePerSecond) : ratePerSecond;
    stand.decidedPerSecond = ratePerSecond;
    if (limitPerSecond === undefined) delete stand.limitPerSecond;
    else stand.limitPerSecond = limitPerSecond;
  }

  #hear({ key, atMs, quotas }: ResponseEvent): void {
    for (const { dimension, scope, remaining } of quotas) {
      const stand = remaining === undefined ? undefined : this.#standOf(key, dimension, scope, atMs);
      if (stand !== undefined && remaining !== undefined) stand.remaining = remaining;
    }
  }

  #standOf(key: string, dimension: string, scope: string | undefined, atMs: number): Stand | undefined {
    let known = this.#keys.get(key);
    if (known === undefined) {
      // Rates of several keys have no sum that would mean something.
      if (this.#series.ofKey(key)[ATTRIBUTES.key] === OTHER) return undefined;
      known = { budgets: new Map(), atMs };
      this.#keys.set(key, known);
    }
    known.atMs = atMs;
    const name = JSON.stringify([dimension, scope]);
    let stand = known.budgets.get(name);
    if (stand === undefined && known.budgets.size < BUDGETS_MAX) {
      stand = { attributes: this.#series.ofBudget(key, dimension, scope) };
      known.budgets.set(name, stand);
    }
    return stand;
  }

  readonly #report = (result: BatchObservableResult): void => {
    const { rate, rateLimit, quotaRemaining } = this.#instruments;
    for (const [key, { budgets, atMs }] of this.#keys) {
      if (this.#lastMs - atMs > DEFAULTS.keyIdleMs) this.#keys.delete(key);
      else {
        for (const { attributes, ratePerSecond, limitPerSecond, remaining } of budgets.values()) {
          if (isBounded(ratePerSecond)) result.observe(rate, ratePerSecond, attributes);
          if (limitPerSecond !== undefined) result.observe(rateLimit, limitPerSecond, attributes);
          if (remaining !== undefined) result.observe(quotaRemaining, remaining, attributes);
        }
      }
    }
  };
}

/** A budget that nothing is known to bound has no rate to tell, nor has one for requests at once. */
function isBounded(ratePerSecond: number | undefined): ratePerSecond is number {
  return ratePerSecond !== undefined && ratePerSecond < DEFAULTS.control.rateMax;
}
