import { Table } from "./columns.js";
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

/** Every try of a run, a row each, in the order in which they were sent. Times are milliseconds from the start. */
export class TryLog extends Table {
  readonly client = this.column();
  readonly request = this.column();
  /** 1 for the first try of a request. */
  readonly attempt = this.column();
  readonly sentAtMs = this.column();
  /** Since it could have been sent: since the request was asked for, or its last try was answered. */
  readonly waitMs = this.column();
  /** Index in {@link OUTCOMES}. */
  readonly outcome = this.column();
  /** When the headers of the answer came; NaN where none did. */
  readonly answeredAtMs = this.column(Number.NaN);
  /** When the server and the client were through with it; NaN where they never were. */
  readonly endedAtMs = this.column(Number.NaN);

  /** Adds a try that was sent, and tells its row. */
  open(client: number, request: number, attempt: number, sentAtMs: number, waitMs: number): number {
    const row = this.add();
    this.client.set(row, client);
    this.request.set(row, request);
    this.attempt.set(row, attempt);
    this.sentAtMs.set(row, sentAtMs);
    this.waitMs.set(row, waitMs);
    return row;
  }

  /** What became of the try in a row. */
  outcomeOf(row: number): LoggedOutcome {
    return OUTCOMES[this.outcome.at(row)] ?? "pending";
  }
}

/** How a request ended, as numbers in a log say it. */
export const ENDINGS = ["open", "succeeded", "failed", "dropped", "cancelled"] as const;
export type LoggedEnding = (typeof ENDINGS)[number];

/** Every request of a run, a row each: row and id are the same. */
export class RequestLog extends Table {
  readonly client = this.column();
  readonly askedAtMs = this.column();
  /** NaN while open. */
  readonly endedAtMs = this.column(Number.NaN);
  /** Index in {@link ENDINGS}. */
  readonly ending = this.column();
  readonly priority = this.column();
  /** Index in the recording's models. */
  readonly model = this.column();

  /** Adds a request that is asked for, and tells its row. */
  open(client: number, model: number, askedAtMs: number, priority: number): number {
    const row = this.add();
    this.client.set(row, client);
    this.model.set(row, model);
    this.askedAtMs.set(row, askedAtMs);
    this.priority.set(row, priority);
    return row;
  }

  /** The request in a row has ended so. */
  end(row: number, endedAtMs: number, ending: LoggedEnding): void {
    this.endedAtMs.set(row, endedAtMs);
    this.ending.set(row, ENDINGS.indexOf(ending));
  }

  /** How the request in a row has ended. */
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
  /** What there is to say of this case, such as the rates before and after. */
  readonly detail?: string;
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
