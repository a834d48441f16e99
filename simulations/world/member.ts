import type { Clock } from "../../src/clock.js";
import { OwnCodeError } from "../own-code.js";
import type { Client, Ending, Wire } from "./contestant.js";
import { LiveRequest } from "./live.js";
import type { LoggedEnding, RequestLog } from "./log.js";
import type { Demand } from "./workload.js";

/** What a client of a world is given to do. */
export interface MemberOptions {
  /** Position among the clients. */
  readonly index: number;
  readonly demands: readonly Demand[];
  /** The clients' time. */
  readonly clock: Clock;
  readonly requests: RequestLog;
  /** The models, as the log numbers them. */
  readonly models: readonly string[];
}

/** Who is told that a request came to nothing thinks for so long before asking again: nobody loops in no time. */
const THINKING_MS = 1_000;

/** One client of a world, and those who ask it for something. */
export class Member {
  readonly #options: MemberOptions;
  #client: Client | undefined;
  #hasLeft = false;
  /** How often it said of a request that had ended that it ended. */
  endedAgain = 0;

  constructor(options: MemberOptions) {
    this.#options = options;
  }

  /** Puts a client to work. */
  begin(client: Client): void {
    this.#client = client;
    for (const demand of this.#options.demands) {
      const again = (): void => {
        if (!this.#hasLeft) this.#ask(demand, again);
      };
      for (let count = demand.standing ?? 0; count > 0; count--) this.#ask(demand, again);
      this.#awaitArrival(demand);
    }
  }

  /** It is asked for nothing more. What hasn't ended by now stays open in the log. */
  leave(): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    void this.#client?.close?.();
  }

  ratePerSecond(model: string): number | undefined {
    return this.#hasLeft ? undefined : this.#client?.ratePerSecond?.(model);
  }

  /** The way to the server, for a client whose users may go away once their request is sent. */
  watched(wire: Wire): Wire {
    return {
      send(request, listener) {
        if (request instanceof LiveRequest && request.attempts === 0) request.onFirstSent?.();
        return wire.send(request, listener);
      },
    };
  }

  #awaitArrival(demand: Demand): void {
    const { clock } = this.#options;
    const delayMs = demand.nextInMs?.(clock.now()) ?? Number.POSITIVE_INFINITY;
    if (delayMs === Number.POSITIVE_INFINITY) return;
    clock.after(delayMs, () => {
      if (this.#hasLeft) return;
      this.#ask(demand);
      this.#awaitArrival(demand);
    });
  }

  /** `again` is called when it has ended, if somebody is to take its place. */
  #ask(demand: Demand, again?: () => void): void {
    const { clock, requests, index, models } = this.#options;
    const nowMs = clock.now();
    const wish = demand.wish(nowMs);
    const client = this.#client;
    if (wish === undefined || client === undefined) return;
    const model = models.indexOf(wish.model);
    if (model < 0) throw new OwnCodeError(`a workload asks '${wish.model}', which is not among its models`);
    const request = new LiveRequest(requests.open(index, model, nowMs, wish.priority ?? 0), index, wish, nowMs);
    const end = (ending: LoggedEnding): void => {
      if (request.hasEnded) {
        this.endedAgain++;
        return;
      }
      request.hasEnded = true;
      request.patience?.();
      if (this.#hasLeft) return;
      requests.end(request.id, clock.now(), ending);
      if (again === undefined) return;
      clock.after(ending === "dropped" || ending === "failed" ? THINKING_MS : 0, again);
    };
    if (wish.cancelAfterMs === undefined && wish.cancelAfterSentMs === undefined) client.submit(request, end);
    else this.#askImpatiently(client, request, end);
  }

  #askImpatiently(client: Client, request: LiveRequest, end: (ending: LoggedEnding) => void): void {
    const { clock } = this.#options;
    let cancel: (() => void) | undefined;
    const lose = (afterMs: number): void => {
      request.patience?.();
      request.patience = clock.after(afterMs, () => {
        cancel?.();
        if (!request.hasEnded) end("cancelled");
      });
    };
    const { cancelAfterMs, cancelAfterSentMs } = request;
    if (cancelAfterSentMs !== undefined) request.onFirstSent = () => lose(cancelAfterSentMs);
    if (cancelAfterMs !== undefined) lose(cancelAfterMs);
    cancel = client.submit(request, end as (ending: Ending) => void);
  }
}
