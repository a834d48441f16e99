import { hintOf } from "../../../simulations/load/hint.js";
import { PLAYERS } from "../../../simulations/playground/contestants.js";
import { CONTESTANTS_MAX, INITIAL, type Settings } from "../../../simulations/playground/settings.js";
import { SCENARIOS } from "../../../simulations/scenarios/index.js";
import { UsageError } from "../command.js";
import { number } from "../serve/number.js";

/** The playground as it was asked for. */
export interface PlaygroundArgs {
  readonly settings: Settings;
  /** Whether something was asked for: else the guided view comes first. */
  readonly isChosen: boolean;
  readonly isOpened: boolean;
  readonly isJson: boolean;
}

/** Options that mean something to a page in which everything is simulated anew. */
const KNOWN = new Set(["--playground", "--contestant", "--seeds-from", "--open", "--json"]);

/** Reads what goes with `--playground`. @throws UsageError */
export function readPlaygroundArgs(
  argv: readonly string[],
  values: {
    readonly contestant?: readonly string[] | undefined;
    readonly "seeds-from": string;
    readonly open: boolean;
    readonly json: boolean;
  },
  scenarios: readonly string[],
): PlaygroundArgs {
  const other = argv.map((word) => word.split("=")[0] ?? "").find((word) => word.startsWith("--") && !KNOWN.has(word));
  if (other !== undefined)
    throw new UsageError(`--playground goes with ${[...KNOWN].slice(1).join(", ")}, not with ${other}`);
  const [scenario, ...more] = scenarios;
  if (more.length > 0) throw new UsageError(`--playground shows one scenario at a time, got ${scenarios.length}`);
  const seed = number("seeds-from", values["seeds-from"], { max: 1e9, isInteger: true });
  const contestants = values.contestant?.map(checkPlayer) ?? INITIAL.contestants;
  if (contestants.length > CONTESTANTS_MAX) {
    throw new UsageError(`--contestant: ${CONTESTANTS_MAX} fit in the playground, got ${contestants.length}`);
  }
  return {
    settings: {
      ...INITIAL,
      ...(scenario !== undefined && { scenario: builtIn(scenario) }),
      contestants: [...new Set(contestants)],
      values: { ...INITIAL.values, seed },
    },
    isChosen:
      scenario !== undefined || values.contestant !== undefined || argv.some((word) => word.startsWith("--seeds-from")),
    isOpened: values.open,
    isJson: values.json,
  };
}

function builtIn(word: string): string {
  const names = SCENARIOS.map(({ name }) => name);
  const begun = names.filter((name) => name === word || name.startsWith(`${word}-`));
  const [found] = begun;
  if (found !== undefined) return found;
  throw new UsageError(`--playground: there is no built-in scenario '${word}'${hintOf(word, names)}`);
}

function checkPlayer(name: string): string {
  if (PLAYERS.includes(name)) return name;
  throw new UsageError(
    `--contestant: '${name}' doesn't run in a browser${hintOf(name, PLAYERS) || `; there are ${PLAYERS.join(", ")}`}`,
  );
}
