import type { Random } from "../../src/random.js";
import { isObject } from "../load/field.js";
import { callOwn, isWaitMs, OwnCodeError, ownName, type Promised } from "../own-code.js";
import type { Wish } from "./request.js";
import type { Demand, DemandMaker } from "./workload.js";

/** Who has more come within a millisecond has forgotten to let time pass. */
const ARRIVALS_MAX = 100_000;
/** More at once is a slip of the keyboard, and wouldn't fit into memory. */
export const AT_ONCE_MAX = 1_000_000;
const COSTS = ["cost", "charged", "settled"] as const satisfies readonly (keyof Wish)[];
const TIMES = ["deadlineMs", "cancelAfterMs", "cancelAfterSentMs"] as const satisfies readonly (keyof Wish)[];

/** Makes a user's own demand, and holds each of its answers to what it must be. @throws OwnCodeError */
export function createOwnDemand(make: DemandMaker, random: Random): Demand {
  const who = ownName("workload", make);
  const isDemand = (value: unknown): boolean => isObject(value) && typeof Reflect.get(value, "wish") === "function";
  const demand = callOwn({ who, must: "an object with a method 'wish'", isRight: isDemand }, () => make(random));
  const { models, standing } = demand;
  if (models !== undefined && !isListOfNames(models)) throw new OwnCodeError(`${who}: models must be a list of names`);
  if (standing !== undefined && !(Number.isInteger(standing) && standing >= 0 && standing <= AT_ONCE_MAX)) {
    throw new OwnCodeError(`${who}: standing must be a whole number from 0 to ${AT_ONCE_MAX}, got ${standing}`);
  }
  const promised: Promised = {
    who: `${who}: wish`,
    must: `a request { model, ${COSTS.join(", ")} }, its costs and times 0 or more, or undefined`,
    isRight: (value) => value === undefined || isWish(value),
  };
  return {
    ...(models !== undefined && { models }),
    ...(standing !== undefined && { standing }),
    ...(demand.nextInMs !== undefined && { nextInMs: arrivalsOf(demand, who) }),
    wish: (nowMs) => callOwn(promised, () => demand.wish(nowMs)),
  };
}

function arrivalsOf(demand: Demand, who: string): (nowMs: number) => number {
  const promised = {
    who: `${who}: nextInMs`,
    must: "a number of milliseconds, 0 or more, or Infinity",
    isRight: isWaitMs,
  };
  let presentMs = Number.NaN;
  let count = 0;
  return (nowMs) => {
    const ms = Math.floor(nowMs);
    count = ms === presentMs ? count + 1 : 0;
    presentMs = ms;
    if (count > ARRIVALS_MAX) {
      throw new OwnCodeError(
        `${who}: more than ${ARRIVALS_MAX} requests come at ${ms} ms; does nextInMs always give 0?`,
      );
    }
    return callOwn(promised, () => demand.nextInMs?.(nowMs) ?? Number.NaN);
  };
}

function isWish(value: unknown): boolean {
  if (!isObject(value)) return false;
  const wish = value as Readonly<Record<string, unknown>>;
  const areTimes = TIMES.every((name) => wish[name] === undefined || isWaitMs(wish[name]));
  return typeof wish["model"] === "string" && areTimes && COSTS.every((name) => isCost(wish[name]));
}

function isCost(value: unknown): boolean {
  return isObject(value) && Object.values(value).every((units) => isWaitMs(units) && Number.isFinite(units));
}

function isListOfNames(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === "string" && name !== "");
}
