import { isObject } from "../load/field.js";
import { callOwn, isWaitMs, OwnCodeError, ownName, type Promised } from "../own-code.js";
import type { Admission, Allowance, Arrival, Limit, LimitChange } from "./limit.js";

const METHODS = [
  "admit",
  "waitMs",
  "settle",
  "change",
  "allowed",
  "quotas",
] as const satisfies readonly (keyof Limit)[];
const OUTCOMES: readonly unknown[] = ["accepted", "throttled", "overloaded", "saturated"];

/** Makes a user's own limit, and holds each of its answers to what it must be. @throws OwnCodeError */
export function createOwnLimit(make: () => Limit): Limit {
  const who = ownName("limit", make);
  const limit = callOwn({ who, must: `an object with the methods ${METHODS.join(", ")}`, isRight: isObject }, make);
  for (const name of METHODS) {
    if (typeof limit[name] === "function") continue;
    throw new OwnCodeError(`${who} has no method '${name}'; it must have ${METHODS.join(", ")}`);
  }
  return new OwnLimit(limit, who);
}

/** The methods of a limit, each held to its promise. */
class OwnLimit implements Limit {
  readonly #limit: Limit;
  readonly #promised: Readonly<Record<(typeof METHODS)[number], Promised>>;
  /** What was last said to have to wait no longer, as long as nothing came between. */
  #free: { readonly nowMs: number; readonly arrival: Arrival } | undefined;

  constructor(limit: Limit, who: string) {
    this.#limit = limit;
    this.#promised = {
      admit: {
        who: `${who}: admit`,
        must: "an object { outcome: 'accepted' | 'throttled' | 'overloaded' | 'saturated' }, with times of 0 or more",
        isRight: isAdmission,
      },
      waitMs: { who: `${who}: waitMs`, must: "a number of milliseconds, 0 or more, or Infinity", isRight: isWaitMs },
      settle: { who: `${who}: settle`, must: "nothing", isRight: isNoPromise },
      change: { who: `${who}: change`, must: "nothing", isRight: isNoPromise },
      allowed: {
        who: `${who}: allowed`,
        must: "an object { requests, tokens } of numbers, 0 or more, or Infinity",
        isRight: isAllowance,
      },
      quotas: { who: `${who}: quotas`, must: "a list of quotas", isRight: Array.isArray },
    };
  }

  admit(nowMs: number, arrival: Arrival): Admission {
    const admission = callOwn(this.#promised.admit, () => this.#limit.admit(nowMs, arrival));
    // A clairvoyant would come again and again.
    if (admission.outcome !== "accepted" && this.#isFree(nowMs, arrival)) {
      const { who } = this.#promised.admit;
      throw new OwnCodeError(
        `${who} refused at ${nowMs} ms what waitMs had let in at once: it gave 0 for the same request`,
      );
    }
    this.#free = undefined;
    return admission;
  }

  waitMs(nowMs: number, arrival: Arrival): number {
    const waitMs = callOwn(this.#promised.waitMs, () => this.#limit.waitMs(nowMs, arrival));
    this.#free = waitMs === 0 ? { nowMs, arrival } : undefined;
    return waitMs;
  }

  settle(nowMs: number, arrival: Arrival): void {
    this.#free = undefined;
    callOwn(this.#promised.settle, () => this.#limit.settle(nowMs, arrival));
  }

  change(nowMs: number, change: LimitChange): void {
    this.#free = undefined;
    callOwn(this.#promised.change, () => this.#limit.change(nowMs, change));
  }

  allowed(nowMs: number, key: string): Allowance {
    return callOwn(this.#promised.allowed, () => this.#limit.allowed(nowMs, key));
  }

  quotas(nowMs: number, key: string): ReturnType<Limit["quotas"]> {
    return callOwn(this.#promised.quotas, () => this.#limit.quotas(nowMs, key));
  }

  #isFree(nowMs: number, { key, cost }: Arrival): boolean {
    const free = this.#free;
    return free?.nowMs === nowMs && free.arrival.key === key && free.arrival.cost === cost;
  }
}

function isAdmission(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { outcome, retryAfterMs = 0, queuedMs = 0 } = value as Partial<Record<keyof Admission, unknown>>;
  return OUTCOMES.includes(outcome) && [retryAfterMs, queuedMs].every((ms) => isWaitMs(ms) && Number.isFinite(ms));
}

function isAllowance(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { requests, tokens } = value as Partial<Record<keyof Allowance, unknown>>;
  return [requests, tokens].every((rate) => typeof rate === "number" && rate >= 0);
}

/** Whoever answers later has done nothing by the time that the next one comes. */
function isNoPromise(value: unknown): boolean {
  return !(value instanceof Promise);
}
