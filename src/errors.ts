const BRAND = Symbol.for("sluice.error");

/**
 * Every reason for which sluice itself ends a request, or refuses a call. Stable: programs may compare them.
 *
 * `ERR_SLUICE_OPTION`: an option is wrong, or a call can't work here; the message names the option, its range and the value.
 * `ERR_SLUICE_CLOSED`: the sluice was closed before the request was sent, or with `abort: true` while it was in flight.
 * `ERR_SLUICE_DEADLINE`: the answer wasn't there after `deadlineMs`, or can't be. `ERR_SLUICE_WAIT`: the request would have
 * waited in the local queue for longer than `waitMaxMs`, or has. `ERR_SLUICE_TIMEOUT`: one try took longer than
 * `attemptTimeoutMs`, and no other was left. `ERR_SLUICE_QUEUE_FULL`: `queue.sizeMax` requests wait already.
 * `ERR_SLUICE_EXHAUSTED`: the quota is spent for long (billing, a day's allowance, a stated wait beyond
 * `retry.retryAfterMaxMs`); nothing that we could wait for helps. `ERR_SLUICE_TOO_LARGE`: the request needs more than the
 * limit itself, and can never fit. `ERR_SLUICE_RETRIES`: no try was left, or the retry budget can't be awaited within the
 * deadline; `cause` is the last failure, where there is one.
 */
export type SluiceErrorCode =
  | "ERR_SLUICE_OPTION"
  | "ERR_SLUICE_CLOSED"
  | "ERR_SLUICE_DEADLINE"
  | "ERR_SLUICE_WAIT"
  | "ERR_SLUICE_TIMEOUT"
  | "ERR_SLUICE_QUEUE_FULL"
  | "ERR_SLUICE_EXHAUSTED"
  | "ERR_SLUICE_TOO_LARGE"
  | "ERR_SLUICE_RETRIES";

/** What a {@link SluiceError} can say beside its code and message. */
export interface SluiceErrorDetails {
  /** The failure underneath, where there is one. */
  readonly cause?: unknown;
  /** The key of the budget that the request drew on. */
  readonly key?: string;
  /** How many times the request was really sent. */
  readonly attempts?: number;
  /** When it makes sense to ask again, in milliseconds from now, where it is known. */
  readonly retryAfterMs?: number;
  /** Status of the last response, where there was one. */
  readonly status?: number;
  /** Its headers, as they came. */
  readonly headers?: unknown;
  /** Its body, where it was read. */
  readonly body?: unknown;
}

/**
 * sluice's own error: it was we who refused, gave up or could not go on, never the server alone.
 * Recognise it with {@link isSluiceError}, which holds even where two copies of this package are installed.
 */
export class SluiceError extends Error {
  /** Why: stable, to be compared. */
  readonly code: SluiceErrorCode;
  /** The key of the budget that the request drew on. */
  declare readonly key?: string;
  /** How many times the request was really sent. */
  declare readonly attempts?: number;
  /** When it makes sense to ask again, in milliseconds from now, where it is known. */
  declare readonly retryAfterMs?: number;
  /** Status of the last response, where there was one. */
  declare readonly status?: number;
  /** Its headers, as they came. */
  declare readonly headers?: unknown;
  /** Its body, where it was read. */
  declare readonly body?: unknown;

  constructor(code: SluiceErrorCode, message: string, details: SluiceErrorDetails = {}) {
    const { cause, ...rest } = details;
    super(message, cause === undefined ? undefined : { cause });
    this.name = "SluiceError";
    this.code = code;
    Object.assign(this, rest);
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/** Whether a value is a {@link SluiceError}, of this or of another installed copy of the package. */
export function isSluiceError(value: unknown): value is SluiceError {
  return typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[BRAND] === true;
}
