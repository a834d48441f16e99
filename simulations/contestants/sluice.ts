import { Observable, type Observer, type Subscriber } from "rxjs";
import type { Clock } from "../../src/clock.js";
import { isSluiceError } from "../../src/errors.js";
import type { RequestOptions } from "../../src/options.js";
import type { ResponseFacts } from "../../src/signal/signal.js";
import { createSluice, type Sluice } from "../../src/sluice.js";
import type { Client, ClientContext, Contestant, Ending, WireListener } from "../world/contestant.js";
import type { SimulatedRequest } from "../world/request.js";
import type { ScenarioOptions } from "../world/scenario.js";

/**
 * sluice itself, as a contestant: the production loop behind its public door. `options` go over what a scenario says.
 *
 * @param onJoin is shown the sluice of each client with its clock, before it sends anything: to record it, for example
 */
export function sluiceContestant(
  name: string,
  options: ScenarioOptions = {},
  onJoin?: (sluice: Sluice, clock: Clock) => void,
): Contestant {
  return { name, join: (context) => join(context, options, onJoin) };
}

/** As it comes, its two other presets, and the plain law. */
export const SLUICES: readonly Contestant[] = [
  sluiceContestant("sluice"),
  sluiceContestant("sluice-calm", { control: { preset: "calm" } }),
  sluiceContestant("sluice-agile", { control: { preset: "agile" } }),
  sluiceContestant("sluice-aimd", { control: { law: "aimd" } }),
];

function join(
  { clock, random, scenario, spec, wire, onDecision }: ClientContext,
  own: ScenarioOptions,
  onJoin: ((sluice: Sluice, clock: Clock) => void) | undefined,
): Client {
  const options = merge(merge(scenario.options, spec.options), own);
  const sluice = createSluice({ ...options, clock, random });
  onJoin?.(sluice, clock);
  if (onDecision !== undefined) {
    sluice.event$.subscribe((event) => {
      if (event.type !== "decision") return;
      const { atMs, key: model, dimension, ratePerSecond, decision } = event;
      const { move, because, detail } = decision;
      onDecision({
        ...{ atMs, model, dimension, ratePerSecond, move, because },
        ...(detail !== undefined && { detail }),
      });
    });
  }
  let last: RequestOptions | undefined;
  /** Most requests of a world are alike, and there are millions of them. */
  const termsFor = (request: SimulatedRequest): RequestOptions => {
    if (last === undefined || !isSaid(request, last)) last = termsOf(request);
    return last;
  };
  return {
    submit(request, onEnd) {
      const try$ = new Observable<ResponseFacts>((subscriber) => wire.send(request, new Listener(subscriber)));
      const subscription = sluice.wrap(try$, termsFor(request)).subscribe(new Receiver(onEnd));
      return () => subscription.unsubscribe();
    },
    ratePerSecond: (model) =>
      sluice.budgets().find(({ key, dimension }) => key === model && dimension === "requests")?.ratePerSecond,
    close: () => sluice.close({ abort: true }),
  };
}

/** The groups of options are merged member by member, so that a contestant may set its law and keep a scenario's range. */
function merge(below: ScenarioOptions = {}, above: ScenarioOptions = {}): ScenarioOptions {
  return {
    ...below,
    ...above,
    control: { ...below.control, ...above.control },
    retry: { ...below.retry, ...above.retry },
    queue: { ...below.queue, ...above.queue },
  };
}

/** Tells how a request ended. */
class Receiver implements Observer<ResponseFacts> {
  readonly #onEnd: (ending: Ending) => void;
  #status = 0;

  constructor(onEnd: (ending: Ending) => void) {
    this.#onEnd = onEnd;
  }

  next({ status }: ResponseFacts): void {
    this.#status = status;
  }

  complete(): void {
    this.#onEnd(this.#status < 400 ? "succeeded" : "failed");
  }

  error(error: unknown): void {
    this.#onEnd(isSluiceError(error) ? "dropped" : "failed");
  }
}

/** Hands a try's answer to whoever subscribed to it. */
class Listener implements WireListener {
  readonly #subscriber: Subscriber<ResponseFacts>;

  constructor(subscriber: Subscriber<ResponseFacts>) {
    this.#subscriber = subscriber;
  }

  onResponse(facts: ResponseFacts): void {
    this.#subscriber.next(facts);
  }

  onEnd(): void {
    this.#subscriber.complete();
  }

  onError(error: Error): void {
    this.#subscriber.error(error);
  }
}

/** Whether these terms say all of a request. */
function isSaid({ model, cost, priority, tenant, deadlineMs }: SimulatedRequest, terms: RequestOptions): boolean {
  return (
    terms.key === model &&
    terms.cost === cost &&
    terms.priority === priority &&
    terms.tenant === tenant &&
    terms.deadlineMs === deadlineMs
  );
}

function termsOf({ model, cost, priority, tenant, deadlineMs }: SimulatedRequest): RequestOptions {
  return {
    key: model,
    cost,
    facts: heard,
    ...(priority !== undefined && { priority }),
    ...(tenant !== undefined && { tenant }),
    ...(deadlineMs !== undefined && { deadlineMs }),
  };
}

/** A value is the response itself, with the host that answered, as an edge that sends requests would tell it. */
function heard(value: unknown): ResponseFacts | undefined {
  return value instanceof Error ? undefined : (value as ResponseFacts);
}
