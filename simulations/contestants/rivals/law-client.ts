import { viewOf } from "../../../src/signal/headers.js";
import type { ResponseFacts } from "../../../src/signal/signal.js";
import type { Client, ClientContext, Contestant, Ending, WireListener } from "../../world/contestant.js";
import type { SimulatedRequest } from "../../world/request.js";
import { Fifo } from "./fifo.js";
import { FULL_JITTER, type Law, type MakeLaw, type Retrying } from "./law.js";
import { retryAfterMs } from "./promise-client.js";
import { perModel } from "./told.js";

/** A rival written anew from what is published of it. */
export interface LawRival {
  readonly name: string;
  readonly told?: "limit";
  readonly makeLaw: MakeLaw;
  /** Default {@link FULL_JITTER}. */
  readonly retrying?: Retrying;
  /** Whether nobody who waits is looked after until somebody else comes to ask. Default false. */
  readonly isWokenByCallersAlone?: boolean;
}

/** Makes a contestant of a law: one queue a model, first come, first served; retries go first. */
export function lawRival(rival: LawRival): Contestant {
  const { name, told } = rival;
  return {
    name,
    ...(told !== undefined && { told }),
    isReimplemented: true,
    join: (context) => joinWith(context, rival),
  };
}

function joinWith(context: ClientContext, rival: LawRival): Client {
  const laneOf = perModel((model) => new Lane(context, rival.makeLaw(context, model), rival));
  return {
    submit: (request, onEnd) => laneOf(request.model).submit(request, onEnd),
    ratePerSecond: (model) => laneOf(model).law.ratePerSecond?.(),
  };
}

/** A request until it ends. */
interface Job {
  readonly request: SimulatedRequest;
  readonly onEnd: (ending: Ending) => void;
  attempts: number;
  /** Since when it waits for the law. */
  readyAtMs: number;
  isOver: boolean;
  /** Gives up what it waits for: an answer, a retry, its deadline. */
  giveUp: () => void;
  forgetDeadline: () => void;
}

/** The requests of one model, and the law over them. */
class Lane {
  readonly law: Law;
  readonly #context: ClientContext;
  readonly #retrying: Retrying;
  readonly #isWokenByCallersAlone: boolean;
  /** Retries are taken first, both first come, first served. */
  readonly #retries = new Fifo<Job>();
  readonly #queue = new Fifo<Job>();
  #inFlight = 0;
  #isPumping = false;
  #takeBackPump: (() => void) | undefined;

  constructor(context: ClientContext, law: Law, { retrying = FULL_JITTER, isWokenByCallersAlone = false }: LawRival) {
    this.#context = context;
    this.law = law;
    this.#retrying = retrying;
    this.#isWokenByCallersAlone = isWokenByCallersAlone;
  }

  submit(request: SimulatedRequest, onEnd: (ending: Ending) => void): () => void {
    const job: Job = {
      request,
      onEnd,
      attempts: 0,
      readyAtMs: this.#context.clock.now(),
      isOver: false,
      giveUp: () => {},
      forgetDeadline: () => {},
    };
    if (request.deadlineMs !== undefined) {
      job.forgetDeadline = this.#context.clock.after(request.deadlineMs, () => {
        this.#abandon(job);
        onEnd("dropped");
      });
    }
    this.#queue.push(job);
    this.#pump();
    return () => this.#abandon(job);
  }

  #abandon(job: Job): void {
    if (job.isOver) return;
    job.isOver = true;
    job.forgetDeadline();
    job.giveUp();
  }

  #end(job: Job, ending: Ending): void {
    job.isOver = true;
    job.forgetDeadline();
    job.onEnd(ending);
  }

  #first(): Fifo<Job> | undefined {
    for (const line of [this.#retries, this.#queue]) {
      while (line.first?.isOver === true) line.shift();
      if (line.first !== undefined) return line;
    }
    return undefined;
  }

  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      for (let line = this.#first(); line !== undefined; line = this.#first()) {
        const waitMs = this.#waitMs(line.first);
        if (waitMs > 0) return this.#pumpAfter(waitMs);
        const job = line.shift();
        if (job !== undefined) this.#send(job);
      }
    } finally {
      this.#isPumping = false;
    }
  }

  #waitMs(job: Job | undefined): number {
    const nowMs = this.#context.clock.now();
    const { patienceMs = Number.POSITIVE_INFINITY } = this.law;
    const patienceLeftMs = (job?.readyAtMs ?? nowMs) + patienceMs - nowMs;
    return Math.min(patienceLeftMs, this.law.waitMs(nowMs, this.#inFlight));
  }

  #pumpAfter(waitMs: number): void {
    this.#takeBackPump?.();
    this.#takeBackPump = undefined;
    if (waitMs === Number.POSITIVE_INFINITY || this.#isWokenByCallersAlone) return;
    this.#takeBackPump = this.#context.clock.after(Math.max(waitMs, SHORTEST_WAIT_MS), () => this.#pump());
  }

  #send(job: Job): void {
    const { clock, wire } = this.#context;
    const sentAtMs = clock.now();
    job.attempts++;
    this.#inFlight++;
    const stamp = this.law.onSend(sentAtMs, this.#inFlight);
    const answer = (status: number, facts: ResponseFacts | undefined): void => {
      this.#inFlight--;
      const waitMs = facts === undefined ? undefined : retryAfterMs(viewOf(facts.headers));
      const nowMs = clock.now();
      this.law.onAnswer({ nowMs, sentAtMs, inFlight: this.#inFlight, stamp, status, facts, retryAfterMs: waitMs });
      if (status > 0 && status < 400) this.#end(job, "succeeded");
      else this.#tryAgain(job, status, waitMs);
      this.#onRoom();
    };
    const giveUpTry = wire.send(job.request, listen(answer));
    job.giveUp = () => {
      giveUpTry();
      this.#inFlight--;
      this.#onRoom();
    };
  }

  #onRoom(): void {
    if (!this.#isWokenByCallersAlone) this.#pump();
  }

  #tryAgain(job: Job, status: number, retryAfterMs: number | undefined): void {
    const { attemptsMax = Number.POSITIVE_INFINITY, delayMs } = this.#retrying;
    if (job.attempts >= attemptsMax || !isRetryable(status)) return this.#end(job, "failed");
    const { clock } = this.#context;
    const waitMs = delayMs({ attempt: job.attempts, status, retryAfterMs }, this.#context);
    job.giveUp = clock.after(waitMs, () => {
      job.giveUp = () => {};
      job.readyAtMs = clock.now();
      this.#retries.push(job);
      this.#pump();
    });
  }
}

/** Rounding may leave a bucket a hair short of what it was waited for: it must not be asked again in no time. */
const SHORTEST_WAIT_MS = 0.001;

function listen(answer: (status: number, facts: ResponseFacts | undefined) => void): WireListener {
  let facts: ResponseFacts | undefined;
  return {
    onResponse(response) {
      facts = response;
    },
    onEnd: () => answer(facts?.status ?? 0, facts),
    onError: () => answer(0, undefined),
  };
}

function isRetryable(status: number): boolean {
  return status === 0 || status === 408 || status === 429 || status >= 500;
}
