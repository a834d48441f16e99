import { show } from "./load/problem.js";

/** A user's own limit or workload doesn't do what it must: no contestant can go on, with no seed. */
export class OwnCodeError extends Error {
  override readonly name = "OwnCodeError";
}

/** What a user's own function must give. */
export interface Promised {
  /** Who it is: `the limit 'evenSeconds': admit`. */
  readonly who: string;
  /** `a number of milliseconds, 0 or more`. */
  readonly must: string;
  readonly isRight: (value: unknown) => boolean;
}

/**
 * Calls a user's own code, and hands on what it gives.
 *
 * @throws OwnCodeError where that isn't what it must be, or the code throws
 */
export function callOwn<T>({ who, must, isRight }: Promised, call: () => T): T {
  let value: T;
  try {
    value = call();
  } catch (error) {
    throw new OwnCodeError(`${who} threw ${thrownText(error)}`, { cause: error });
  }
  if (!isRight(value)) throw new OwnCodeError(`${who} must give ${must}, got ${show(value)}`);
  return value;
}

/** A maker's name, as an error calls what it makes; a field's own name says nothing. */
export function ownName(kind: "limit" | "workload", { name }: { readonly name: string }): string {
  return name === "" || name === kind ? `the ${kind} of your own` : `the ${kind} '${name}'`;
}

/** Whether a value is a number of milliseconds to wait; Infinity: for ever. */
export function isWaitMs(value: unknown): boolean {
  return typeof value === "number" && value >= 0;
}

/** `TypeError: x is not a function (lunch.mjs:12:5)`. */
function thrownText(error: unknown): string {
  if (!(error instanceof Error)) return show(error);
  const [, place] = /\(?((?:file:\/\/)?\/[^\s()]+:\d+:\d+)\)?$/m.exec(error.stack ?? "") ?? [];
  const where = place === undefined ? "" : ` (${place.replace("file://", "")})`;
  return `${error.name}: ${error.message}${where}`;
}
