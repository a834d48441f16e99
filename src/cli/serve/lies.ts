import type { Lie } from "../../../simulations/server/lie.js";
import { lie } from "../../../simulations/server/server-schema.js";
import { UsageError } from "../command.js";
import { checkWords, durationIn, type Fields, numberIn, readWords, TIMES } from "./words.js";

const FIELDS: Fields = {
  ...TIMES,
  limit: ["limit", numberIn],
  remaining: ["remaining", numberIn],
  reset: ["resetInMs", durationIn],
  window: ["windowMs", durationIn],
};

/** What the value behind a kind is. */
const VALUES: Fields = {
  scaled: ["factor", numberIn],
  offset: ["units", numberIn],
  stale: ["byMs", durationIn],
  vanishing: ["everyMs", durationIn],
  garbage: ["share", numberIn],
};

/** Reads `--lie KIND[:VALUE][,from=10s][,until=1m]`, and `--lie constant,remaining=5`. @throws UsageError */
export function readLie(text: string): Lie {
  const { kind, value, fields } = readWords("lie", text, FIELDS);
  if (kind === "foreign") throw new UsageError("--lie 'foreign' needs a limit, which only --config can say");
  const named = Object.hasOwn(VALUES, kind) ? VALUES[kind] : undefined;
  if (value !== undefined && named === undefined)
    throw new UsageError(`--lie '${text}': nothing can stand behind '${kind}:'`);
  const told = value === undefined || named === undefined ? {} : { [named[0]]: named[1](value) };
  return checkWords<Lie>("lie", text, lie, { kind, ...told, ...fields });
}
