import type { Clock } from "../../src/clock.js";
import type { Client, ClientContext, Contestant, Wire } from "../world/contestant.js";
import type { LoggedDecision } from "../world/log.js";
import type { SimulatedRequest } from "../world/request.js";

/** Told what a contestant does, as it does it. Times are milliseconds of the run. */
export interface Onlooker {
  /** So many more, or fewer, wait at the client. */
  queued(by: number): void;
  /** So many more, or fewer, wait for their headers. */
  inFlight(by: number): void;
  /** A request was sent for the first time. */
  waited(nowMs: number, waitMs: number): void;
  /** An answer has ended well, and cost so much. */
  spent(nowMs: number, tokens: number): void;
  decided(decision: LoggedDecision): void;
}

/** The same contestant, looked at: it notices nothing. */
export function watched(contestant: Contestant, onlooker: Onlooker): Contestant {
  return { ...contestant, join: (context) => joinWatched(contestant, context, onlooker) };
}

function joinWatched(contestant: Contestant, context: ClientContext, onlooker: Onlooker): Client {
  const { index, onDecision } = context;
  const book = new Book(context.clock, onlooker);
  const client = contestant.join({
    ...context,
    wire: watchedWire(context.wire, book),
    ...(onDecision !== undefined && {
      onDecision: (decision) => {
        onlooker.decided({ ...decision, client: index });
        onDecision(decision);
      },
    }),
  });
  return {
    submit: (request, onEnd) => {
      book.open(request);
      const cancel = client.submit(request, (ending) => {
        book.close(request);
        onEnd(ending);
      });
      return () => {
        book.close(request);
        cancel();
      };
    },
    ...(client.ratePerSecond && { ratePerSecond: (model) => client.ratePerSecond?.(model) }),
    close: () => client.close?.(),
  };
}

/** Every request of a client that is open. */
class Book {
  readonly clock: Clock;
  readonly onlooker: Onlooker;
  readonly #open = new Map<SimulatedRequest, { readonly sinceMs: number; isWaiting: boolean; wasSent: boolean }>();

  constructor(clock: Clock, onlooker: Onlooker) {
    this.clock = clock;
    this.onlooker = onlooker;
  }

  open(request: SimulatedRequest): void {
    this.#open.set(request, { sinceMs: this.clock.now(), isWaiting: true, wasSent: false });
    this.onlooker.queued(1);
  }

  send(request: SimulatedRequest): void {
    const entry = this.#open.get(request);
    if (entry === undefined) return;
    if (!entry.wasSent) this.onlooker.waited(this.clock.now(), this.clock.now() - entry.sinceMs);
    entry.wasSent = true;
    if (entry.isWaiting) this.onlooker.queued(-1);
    entry.isWaiting = false;
  }

  /** It was refused, or lost, and waits again unless it ends of it. */
  again(request: SimulatedRequest): void {
    const entry = this.#open.get(request);
    if (entry === undefined || entry.isWaiting) return;
    entry.isWaiting = true;
    this.onlooker.queued(1);
  }

  close(request: SimulatedRequest): void {
    if (this.#open.get(request)?.isWaiting === true) this.onlooker.queued(-1);
    this.#open.delete(request);
  }
}

function watchedWire(wire: Wire, book: Book): Wire {
  const { onlooker, clock } = book;
  return {
    send(request, listener) {
      book.send(request);
      onlooker.inFlight(1);
      let isAwaited = true;
      let isAccepted = false;
      const arrive = (): void => {
        if (isAwaited) onlooker.inFlight(-1);
        isAwaited = false;
      };
      const giveUp = wire.send(request, {
        onResponse(facts) {
          arrive();
          isAccepted = facts.status < 400;
          if (!isAccepted) book.again(request);
          listener.onResponse(facts);
        },
        onEnd() {
          const { charged, settled } = request;
          if (isAccepted) onlooker.spent(clock.now(), (charged.tokens ?? 0) + (settled.tokens ?? 0));
          listener.onEnd();
        },
        onError(error) {
          arrive();
          if (!isAccepted) book.again(request);
          listener.onError(error);
        },
      });
      return () => {
        arrive();
        giveUp();
      };
    },
  };
}
