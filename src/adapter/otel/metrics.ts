import type { Attributes } from "@opentelemetry/api";
import type { Cost } from "../../cost.js";
import { errorTypeOf } from "./convention.js";
import type { Instruments } from "./instruments.js";
import type { Journey } from "./journey.js";
import { ATTRIBUTES } from "./names.js";
import type { Series } from "./series.js";
import type { Answer, End, Wait, Watcher } from "./watcher.js";

/** Measures each request on its way. */
export class RequestMetrics implements Watcher {
  readonly #instruments: Instruments;
  readonly #series: Series;
  readonly #withHttp: boolean;

  constructor(instruments: Instruments, series: Series, withHttp: boolean) {
    this.#instruments = instruments;
    this.#series = series;
    this.#withHttp = withHttp;
  }

  onCall(): void {}

  onWait({ key }: Journey): void {
    this.#instruments.queueLength.add(1, this.#series.ofKey(key));
  }

  onWaited({ key }: Journey, { sinceMs, atMs, code }: Wait): void {
    const attributes = this.#series.ofKey(key);
    this.#instruments.queueLength.add(-1, attributes);
    this.#instruments.queueDuration.record(seconds(atMs - sinceMs), { ...attributes, ...this.#series.ofError(code) });
  }

  onSent({ key, target }: Journey): void {
    this.#addInFlight(1, key, target);
  }

  onAnswered({ key, target }: Journey, answer: Answer): void {
    const { sentAtMs, atMs, status, outcome } = answer;
    const tookS = seconds(atMs - sentAtMs);
    const result: Attributes = {
      ...(status === undefined ? {} : { [ATTRIBUTES.status]: status }),
      ...this.#series.ofError(errorTypeOf(answer)),
    };
    const own = this.#series.ofKey(key, outcome === undefined ? result : { [ATTRIBUTES.outcome]: outcome, ...result });
    this.#instruments.tryDuration.record(tookS, own);
    if (this.#withHttp && target !== undefined) {
      this.#instruments.httpDuration.record(tookS, { ...this.#series.ofHttp(target), ...result });
    }
  }

  onFree({ key, target }: Journey): void {
    this.#addInFlight(-1, key, target);
  }

  onEnd(journey: Journey, end: End): void {
    const { key, calledAtMs, attempt, inFlightMs } = journey;
    const error = this.#series.ofError(errorTypeOf(end));
    const outcome = { [ATTRIBUTES.outcome]: end.outcome ?? "dropped", ...error };
    this.#instruments.requestDuration.record(seconds(end.atMs - calledAtMs), this.#series.ofKey(key, outcome));
    const operation = this.#series.ofOperation(journey);
    if (operation === undefined || attempt === 0) return;
    this.#instruments.operationDuration.record(seconds(inFlightMs), { ...operation, ...error });
    if (end.actual !== undefined) this.#recordTokens(operation, end.actual);
  }

  onLost({ key, target, waitsSinceMs, sentAtMs }: Journey): void {
    if (waitsSinceMs !== undefined) this.#instruments.queueLength.add(-1, this.#series.ofKey(key));
    if (sentAtMs !== undefined) this.#addInFlight(-1, key, target);
  }

  #addInFlight(difference: 1 | -1, key: string, target: Journey["target"]): void {
    this.#instruments.inFlight.add(difference, this.#series.ofKey(key));
    if (this.#withHttp && target !== undefined)
      this.#instruments.httpActive.add(difference, this.#series.ofHttp(target));
  }

  #recordTokens(operation: Attributes, { inputTokens, outputTokens }: Cost): void {
    for (const [type, tokens] of [
      ["input", inputTokens],
      ["output", outputTokens],
    ] as const) {
      if (tokens !== undefined)
        this.#instruments.tokenUsage.record(tokens, { ...operation, [ATTRIBUTES.tokenType]: type });
    }
  }
}

function seconds(ms: number): number {
  return ms / 1_000;
}
