import type { TryOutcome } from "./plant.js";

/** What became of a try, as numbers in a log say it. `pending`: the run ended first. `abandoned`: the client gave it up. */
export const OUTCOMES = [
  "pending",
  "accepted",
  "throttled",
  "overloaded",
  "saturated",
  "failed",
  "silent",
  "abandoned",
] as const satisfies readonly (TryOutcome | "pending" | "abandoned")[];
export type LoggedOutcome = (typeof OUTCOMES)[number];

/** A column of numbers that grows. */
export class Column {
  #values: Float64Array = new Float64Array(1_024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Adds a number and tells its row. */
  push(value: number): number {
    if (this.#length === this.#values.length) {
      const larger = new Float64Array(this.#length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length] = value;
    return this.#length++;
  }

  at(row: number): number {
    return this.#values[row] ?? Number.NaN;
  }

  set(row: number, value: number): void {
    this.#values[row] = value;
  }

  /** All of it, to be read while nothing is added. */
  view(): Float64Array {
    return this.#values.subarray(0, this.#length);
  }
}

/** Every try of a run, a row each, in the order in which they were sent. Times are milliseconds from the start. */
export class TryLog {
  readonly client = new Column();
  readonly request = new Column();
  /** 1 for the first try of a request. */
  readonly attempt = new Column();
  readonly sentAtMs = new Column();
  /** Since it could have been sent: since the request was asked for, or its last try was answered. */
  readonly waitMs = new Column();
  /** Index in {@link OUTCOMES}. */
  readonly outcome = new Column();
  /** When the headers of the answer came; NaN where none did. */
  readonly answeredAtMs = new Column();
  /** When the server and the client were through with it; NaN where they never were. */
  readonly endedAtMs = new Column();

  get length(): number {
    return this.sentAtMs.length;
  }

  /** Adds a try that was sent, and tells its row. */
  open(client: number, request: number, attempt: number, sentAtMs: number, waitMs: number): number {
    this.client.push(client);
    this.request.push(request);
    this.attempt.push(attempt);
    this.waitMs.push(waitMs);
    this.outcome.push(0);
    this.answeredAtMs.push(Number.NaN);
    this.endedAtMs.push(Number.NaN);
    return this.sentAtMs.push(sentAtMs);
  }

  outcomeOf(row: number): LoggedOutcome {
    return OUTCOMES[this.outcome.at(row)] ?? "pending";
  }
}

/** How a request ended, as numbers in a log say it. */
export const ENDINGS = ["open", "succeeded", "failed", "dropped", "cancelled"] as const;
export type LoggedEnding = (typeof ENDINGS)[number];

/** Every request of a run, a row each: row and id are the same. */
export class RequestLog {
  readonly client = new Column();
  readonly askedAtMs = new Column();
  /** NaN while open. */
  readonly endedAtMs = new Column();
  /** Index in {@link ENDINGS}. */
  readonly ending = new Column();
  readonly priority = new Column();
  /** Index in the recording's models. */
  readonly model = new Column();

  get length(): number {
    return this.askedAtMs.length;
  }

  /** Adds a request that is asked for, and tells its row. */
  open(client: number, model: number, askedAtMs: number, priority: number): number {
    this.client.push(client);
    this.model.push(model);
    this.endedAtMs.push(Number.NaN);
    this.ending.push(0);
    this.priority.push(priority);
    return this.askedAtMs.push(askedAtMs);
  }

  end(row: number, endedAtMs: number, ending: LoggedEnding): void {
    this.endedAtMs.set(row, endedAtMs);
    this.ending.set(row, ENDINGS.indexOf(ending));
  }

  endingOf(row: number): LoggedEnding {
    return ENDINGS[this.ending.at(row)] ?? "open";
  }
}

/** What was so at one of the regular instants. */
export interface Sample {
  readonly atMs: number;
  /** The true limit of each model, in requests a second; null where only concurrency holds it back. */
  readonly limits: readonly (number | null)[];
  /** What each client allows itself for each model: `rates[client][model]`; null where it has no such notion or isn't there. */
  readonly rates: readonly (readonly (number | null)[])[];
}

/** A step of a controller, with its reason. */
export interface LoggedDecision {
  readonly atMs: number;
  readonly client: number;
  readonly model: string;
  readonly dimension: string;
  readonly ratePerSecond: number;
  readonly move: "increase" | "decrease" | "hold";
  /** A stable code in kebab-case. */
  readonly because: string;
}

/** All that is remembered of a run. */
export interface Recording {
  readonly tries: TryLog;
  readonly requests: RequestLog;
  readonly samples: readonly Sample[];
  /** Of contestants that explain themselves, where the run was to be kept in detail. */
  readonly decisions: readonly LoggedDecision[];
  /** How many clients there are. */
  readonly clients: number;
  /** The models that are asked, in the order in which logs and samples number them. */
  readonly models: readonly string[];
  /** Timers that clients left behind after the end. */
  readonly leaks: number;
  /** How often a client said that a request ended which had ended before. */
  readonly endedAgain: number;
}
