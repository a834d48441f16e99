import { completeOptions } from "../../src/complete.js";
import { SluiceError } from "../../src/errors.js";
import { CLAIRVOYANT } from "../contestants/clairvoyant.js";
import { FLEET } from "../contestants/fleet.js";
import { RIVALS } from "../contestants/rivals/index.js";
import { SLUICES, sluiceContestant } from "../contestants/sluice.js";
import { hintOf } from "../load/hint.js";
import type { Contestant } from "../world/contestant.js";
import type { ScenarioOptions } from "../world/scenario.js";

/** Who is to run: a contestant's name, or a sluice with options of one's own, which go over those of the scenario. */
export type ContestantChoice = string | { readonly name: string; readonly options: ScenarioOptions };

const CONTESTANTS: readonly Contestant[] = [...SLUICES, FLEET, CLAIRVOYANT, ...RIVALS];

/** All that can be asked for by name. */
export const CONTESTANT_NAMES: readonly string[] = CONTESTANTS.map(({ name }) => name);

export function nameOf(choice: ContestantChoice): string {
  return typeof choice === "string" ? choice : choice.name;
}

/**
 * Makes who was chosen.
 *
 * @throws RangeError where nobody has that name
 */
export function contestantOf(choice: ContestantChoice): Contestant {
  if (typeof choice !== "string") return sluiceContestant(choice.name, choice.options);
  const contestant = CONTESTANTS.find(({ name }) => name === choice);
  if (contestant === undefined) throw new RangeError(unknownContestant(choice));
  return contestant;
}

/** What is said of a name that nobody has. */
export function unknownContestant(name: string): string {
  const hint = hintOf(name, CONTESTANT_NAMES) || `; there are ${CONTESTANT_NAMES.join(", ")}`;
  return `unknown contestant '${name}'${hint}`;
}

/**
 * Checks a choice before anything runs.
 *
 * @throws SluiceError `ERR_SLUICE_OPTION` where nobody has that name, or the options can't be
 */
export function checkContestant(choice: ContestantChoice): void {
  if (typeof choice !== "string") completeOptions(choice.options);
  else if (!CONTESTANT_NAMES.includes(choice)) throw new SluiceError("ERR_SLUICE_OPTION", unknownContestant(choice));
}
