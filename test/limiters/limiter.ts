/** A rate limiter that others wrote, in front of a server that answers at once. */
export interface Limiter {
  readonly name: string;
  /** What its configuration allows, whatever anybody gets. */
  readonly allows: Allowance;
  /** Whether its answers tell what is left. */
  readonly tells: boolean;
  /** Whether two requests closer than 1 / rate are one too many: what jitter then costs, a client that knows the rate pays too. */
  readonly isStrict?: boolean;
  /** Starts it on a free loopback port. Rejects with an {@link Absent} where what it needs isn't installed. */
  start(): Promise<Running>;
}

/** A limiter that listens. */
export interface Running {
  readonly url: string;
  close(): Promise<void>;
}

/** A limit as it is configured. */
export interface Allowance {
  readonly ratePerSecond: number;
  /** Length of the windows that it counts in, laid end to end from the first request on; absent where it has none. */
  readonly windowMs?: number;
}

/** What a limiter needs isn't on this machine. */
export class Absent extends Error {}

/** So many each second, however they lie. */
export function perSecond(ratePerSecond: number): Allowance {
  return { ratePerSecond };
}

/** `limit` in each window; the first begins with the first request. */
export function perWindow(limit: number, windowMs: number): Allowance {
  return { ratePerSecond: (limit / windowMs) * 1_000, windowMs };
}

/** From when to when, in milliseconds since the first request, a client is judged: whole windows of what it has after learning. */
export function stretchOf({ windowMs = 1 }: Allowance, fromMs: number, toMs: number): readonly [number, number] {
  return [Math.ceil(fromMs / windowMs) * windowMs, Math.floor(toMs / windowMs) * windowMs];
}
