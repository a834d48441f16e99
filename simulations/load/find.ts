import { readdirSync } from "node:fs";
import { SCENARIOS } from "../scenarios/index.js";
import { drawnByWord } from "../swarm/drawn.js";
import type { Scenario } from "../world/scenario.js";
import { loadScenarioFile, looksLikeFile, ScenarioFileError } from "./file.js";
import { hintOf } from "./hint.js";

/** A scenario, and the word that finds it again. */
export interface FoundScenario {
  readonly scenario: Scenario;
  readonly word: string;
}

/**
 * Finds scenarios by the name of a built-in one or its beginning (`s06`), by that of drawn ones (`swarm-17`, `swarm-1..100`), or by a file
 * with some of one's own (`mine.json`, `mine.mjs#its-name`).
 *
 * @throws ScenarioFileError
 */
export async function findScenarios(words: readonly string[]): Promise<readonly FoundScenario[]> {
  const found: FoundScenario[] = [];
  for (const word of words) {
    for (const each of await findOne(word)) {
      const { name } = each.scenario;
      const other = found.find(({ scenario }) => scenario.name === name);
      if (other?.word === each.word) continue;
      if (other !== undefined)
        throw new ScenarioFileError([`${word}: '${name}' is the name of another scenario too (${other.word})`]);
      found.push(each);
    }
  }
  return found;
}

async function findOne(word: string): Promise<readonly FoundScenario[]> {
  const [, path = word, name] = /^(.*)#([^#/\\]*)$/.exec(word) ?? [];
  if (!looksLikeFile(path)) return builtIn(word).map((scenario) => ({ scenario, word: scenario.name }));
  const scenarios = await loadScenarioFile(path);
  const chosen = name === undefined ? scenarios : [pick(name, scenarios, ` in ${path}`)];
  return chosen.map((scenario) => ({ scenario, word: `${path}#${scenario.name}` }));
}

function builtIn(word: string): readonly Scenario[] {
  const drawn = drawnByWord(word);
  if (drawn.length > 0) return drawn;
  const isWhole = SCENARIOS.some(({ name }) => name === word);
  const begun = isWhole ? [] : SCENARIOS.filter(({ name }) => name.startsWith(`${word}-`));
  return begun.length > 0 ? begun : [pick(word, SCENARIOS, "")];
}

function pick(name: string, scenarios: readonly Scenario[], where: string): Scenario {
  return scenarios.find((each) => each.name === name) ?? unknown(name, scenarios, where);
}

function unknown(name: string, scenarios: readonly Scenario[], where: string): never {
  const names = scenarios.map((each) => each.name);
  // A file's name without its end is easily taken for that of the scenario in it.
  const hint = hintOf(name, names) || (where === "" ? hintOf(name, filesHere()) : "");
  throw new ScenarioFileError([`unknown scenario '${name}'${where}${hint}`]);
}

/** The files in the present folder that can have scenarios in them. */
function filesHere(): readonly string[] {
  try {
    return readdirSync(".").filter(looksLikeFile);
  } catch {
    return [];
  }
}
