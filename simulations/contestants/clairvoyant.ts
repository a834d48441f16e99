import type { Client, ClientContext, Contestant, Ending, WireListener } from "../world/contestant.js";
import type { SimulatedRequest } from "../world/request.js";

/** Where nothing but an end or a move makes room, it looks again so often. */
const LOOK_AGAIN_MS = 100;

/**
 * Who sees the server's state, and sends each request the instant it would be let in: of each model first come, first
 * served, never refused but for what the server refuses by chance. What it gets through is the optimum of a scenario.
 */
export const CLAIRVOYANT: Contestant = {
  name: "clairvoyant",
  isClairvoyant: true,
  join(context): Client {
    const lines = new Map<string, Line>();
    return {
      submit(request, onEnd) {
        const line = lines.get(request.model) ?? new Line(context);
        lines.set(request.model, line);
        return line.submit(request, onEnd);
      },
      close() {
        for (const line of lines.values()) line.close();
      },
    };
  },
};

interface Waiting {
  readonly request: SimulatedRequest;
  readonly onEnd: (ending: Ending) => void;
  /** After this instant nobody wants it any more. */
  readonly expiresAtMs: number;
  isCancelled: boolean;
}

/** Those who wait for one model. */
class Line {
  readonly #context: ClientContext;
  readonly #queue: Waiting[] = [];
  /** What gives up each try under way. */
  readonly #flights = new Map<Waiting, () => void>();
  #wake: (() => void) | undefined;

  constructor(context: ClientContext) {
    this.#context = context;
  }

  submit(request: SimulatedRequest, onEnd: (ending: Ending) => void): () => void {
    const expiresAtMs = this.#context.clock.now() + (request.deadlineMs ?? Number.POSITIVE_INFINITY);
    const waiting: Waiting = { request, onEnd, expiresAtMs, isCancelled: false };
    this.#queue.push(waiting);
    if (this.#queue.length === 1) this.#later(0);
    return () => {
      waiting.isCancelled = true;
      this.#flights.get(waiting)?.();
      this.#flights.delete(waiting);
    };
  }

  close(): void {
    this.#wake?.();
    for (const giveUp of this.#flights.values()) giveUp();
  }

  #later(delayMs: number): void {
    this.#wake?.();
    this.#wake = this.#context.clock.after(delayMs, () => this.#pump());
  }

  #pump(): void {
    const { clock, oracle } = this.#context;
    for (let first = this.#queue[0]; first !== undefined; first = this.#queue[0]) {
      if (first.isCancelled || first.expiresAtMs < clock.now()) {
        this.#queue.shift();
        if (!first.isCancelled) first.onEnd("dropped");
        continue;
      }
      const waitMs = oracle.waitMs(first.request);
      if (waitMs > 0) return this.#later(Math.min(waitMs, LOOK_AGAIN_MS));
      this.#queue.shift();
      this.#send(first);
    }
  }

  #send(waiting: Waiting): void {
    let isAccepted = false;
    let hasEnded = false;
    const end = (isDone: boolean): void => {
      hasEnded = true;
      this.#flights.delete(waiting);
      if (isDone) waiting.onEnd("succeeded");
      else this.#queue.unshift(waiting);
      this.#later(0);
    };
    const listener: WireListener = {
      onResponse: ({ status }) => {
        isAccepted = status < 400;
      },
      onEnd: () => end(isAccepted),
      onError: () => end(false),
    };
    const giveUp = this.#context.wire.send(waiting.request, listener);
    if (!hasEnded) this.#flights.set(waiting, giveUp);
  }
}
