import { UsageError } from "../command.js";

/** What an option's number must be. */
export interface Range {
  /** Default 0. */
  readonly min?: number;
  readonly max?: number;
  readonly isInteger?: boolean;
}

/**
 * The number that an option was given.
 *
 * @throws UsageError that names the option, its range and what was given
 */
export function number(
  option: string,
  text: string,
  { min = 0, max = Number.MAX_SAFE_INTEGER, isInteger = false }: Range = {},
): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value >= min && value <= max && (!isInteger || Number.isInteger(value))) return value;
  throw new UsageError(
    `--${option} must be ${isInteger ? "an integer" : "a number"} from ${min} to ${max}, got '${text}'`,
  );
}
