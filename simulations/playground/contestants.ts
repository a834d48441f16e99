import { LAWS } from "../contestants/rivals/laws.js";
import { SLUICES } from "../contestants/sluice.js";
import type { Contestant } from "../world/contestant.js";
import { TUNED } from "./settings.js";

/** Those who run in a browser by name: what comes as a package, and lives by promises, doesn't. */
const NAMED: readonly Contestant[] = [...SLUICES, ...LAWS];

/** All that can be chosen, one's own sluice first. */
export const PLAYERS: readonly string[] = [TUNED, ...NAMED.map(({ name }) => name)];

/** @throws RangeError where nobody has that name */
export function namedContestant(name: string): Contestant {
  const contestant = NAMED.find((each) => each.name === name);
  if (contestant === undefined) throw new RangeError(`there is no contestant '${name}'`);
  return contestant;
}
