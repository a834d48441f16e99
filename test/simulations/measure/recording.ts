import {
  type LoggedEnding,
  type LoggedOutcome,
  OUTCOMES,
  type Recording,
  RequestLog,
  TryLog,
} from "../../../simulations/world/log.js";

/** A try, as a test writes it. */
export interface WrittenTry {
  readonly atMs: number;
  readonly outcome?: LoggedOutcome;
  readonly client?: number;
  /** Default: a request of its own. */
  readonly request?: number;
  readonly attempt?: number;
  readonly waitMs?: number;
  readonly endedAtMs?: number;
}

/** A request, as a test writes it. */
export interface WrittenRequest {
  readonly askedAtMs: number;
  readonly endedAtMs?: number;
  readonly ending?: LoggedEnding;
  readonly priority?: number;
}

/** A recording by hand. */
export function recordingOf({
  tries = [],
  requests = [],
  limits = [],
  clients = 1,
}: {
  readonly tries?: readonly WrittenTry[];
  readonly requests?: readonly WrittenRequest[];
  /** The limit from each instant on. */
  readonly limits?: readonly (readonly [atMs: number, limit: number | null])[];
  readonly clients?: number;
}): Recording {
  const tryLog = new TryLog();
  for (const [index, each] of tries.entries()) {
    const { atMs, outcome = "accepted", client = 0, request = index, attempt = 1, waitMs = 0 } = each;
    const row = tryLog.open(client, request, attempt, atMs, waitMs);
    tryLog.outcome.set(row, OUTCOMES.indexOf(outcome));
    tryLog.endedAtMs.set(row, each.endedAtMs ?? atMs);
  }
  const requestLog = new RequestLog();
  for (const { askedAtMs, endedAtMs = askedAtMs, ending = "succeeded", priority = 0 } of requests) {
    const row = requestLog.open(0, 0, askedAtMs, priority);
    if (ending !== "open") requestLog.end(row, endedAtMs, ending);
  }
  return {
    tries: tryLog,
    requests: requestLog,
    samples: limits.map(([atMs, limit]) => ({ atMs, limits: [limit], rates: [] })),
    decisions: [],
    clients,
    models: ["model"],
    leaks: 0,
    endedAgain: 0,
  };
}

/** Tries at even intervals: so many a second from one second to another. */
export function steady(
  perSecond: number,
  fromS: number,
  untilS: number,
  how: Omit<WrittenTry, "atMs"> = {},
): WrittenTry[] {
  return Array.from({ length: perSecond * (untilS - fromS) }, (_, index) => ({
    ...how,
    atMs: 1_000 * (fromS + index / perSecond),
  }));
}

/** In the order in which they were sent. */
export function merged(...parts: readonly (readonly WrittenTry[])[]): WrittenTry[] {
  return parts.flat().sort((a, b) => a.atMs - b.atMs);
}
