import type { Cost } from "../../cost.js";
import type { SluiceEvent } from "../../flow/event.js";
import type { Outcome } from "../../signal/signal.js";
import type { Instruments } from "./instruments.js";
import { ATTRIBUTES } from "./names.js";
import type { Series } from "./series.js";

const REFUSALS: ReadonlySet<Outcome> = new Set(["throttled", "overloaded", "saturated", "exhausted"]);

/** Counts what happens to a key, whichever request it was. */
export class Counts {
  readonly #instruments: Instruments;
  readonly #series: Series;

  constructor(instruments: Instruments, series: Series) {
    this.#instruments = instruments;
    this.#series = series;
  }

  take(event: SluiceEvent): void {
    const { throttled, retries, decisions, warnings } = this.#instruments;
    const { key } = event;
    switch (event.type) {
      case "response":
        if (REFUSALS.has(event.outcome))
          throttled.add(1, this.#series.ofKey(key, { [ATTRIBUTES.outcome]: event.outcome }));
        return;
      case "retry":
        return retries.add(1, this.#series.ofKey(key, { [ATTRIBUTES.outcome]: event.outcome }));
      case "decision": {
        const { move, because } = event.decision;
        const why = { [ATTRIBUTES.move]: move, [ATTRIBUTES.because]: because };
        return decisions.add(1, this.#series.ofBudget(key, event.dimension, event.scope, why));
      }
      case "settled":
        return this.#spend(key, event.actual);
      case "advice":
      case "warning":
        return warnings.add(1, this.#series.ofKey(key, { [ATTRIBUTES.warning]: event.code }));
      default:
    }
  }

  #spend(key: string, actual: Cost | undefined): void {
    for (const [dimension, units] of Object.entries(actual ?? {})) {
      if (units !== undefined) this.#instruments.spent.add(units, this.#series.ofBudget(key, dimension, undefined));
    }
  }
}
