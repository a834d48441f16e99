import type { Metrics } from "../measure/measure.js";
import { OwnCodeError } from "../own-code.js";
import type { Executor } from "../run/executor.js";
import type { Scenario, ScenarioOptions } from "../world/scenario.js";
import { type Values, withValues } from "./space.js";

/** One set of values that is tried. */
export interface Candidate {
  /** Unique, and stable from run to run. */
  readonly name: string;
  readonly values: Values;
}

/** What a ledger works with. */
export interface LedgerOptions {
  readonly executor: Executor;
  readonly scenarios: readonly Scenario[];
  /** What all candidates have in common. */
  readonly options: ScenarioOptions;
  /** Told of each run that is through. */
  readonly onRun: () => void;
}

/** Everything that was measured, each world once for each candidate. */
export class Ledger {
  readonly #options: LedgerOptions;
  /** By candidate, then by world. */
  readonly #measured = new Map<string, Map<string, Metrics>>();
  /** Candidates that failed in some world, and why. */
  readonly failures = new Map<string, string>();

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  /** Runs what isn't known yet. Candidates meet the same worlds: what differs between them is their own doing. */
  async ensure(candidates: readonly Candidate[], seeds: readonly number[]): Promise<void> {
    const { executor, scenarios } = this.#options;
    const worlds = scenarios.flatMap((scenario) => seeds.map((seed) => ({ scenario, seed })));
    // Where there are fewer worlds than threads, each is shared out: its optimum is found again, which costs little.
    const parts = Math.max(1, Math.ceil((2 * executor.threads) / worlds.length));
    const size = Math.max(1, Math.ceil(candidates.length / parts));
    await Promise.all(
      worlds.flatMap(({ scenario, seed }) => {
        const missing = candidates.filter(({ name }) => !this.#has(name, scenario, seed));
        return chunks(missing, size).map((chunk) => this.#run(scenario, seed, chunk));
      }),
    );
  }

  /** A candidate's metrics in each world of these seeds, scenario by scenario. Undefined where it failed. */
  rows({ name }: Candidate, seeds: readonly number[]): readonly (readonly Metrics[])[] | undefined {
    const own = this.#measured.get(name);
    if (own === undefined || this.failures.has(name)) return undefined;
    const rows = this.#options.scenarios.map((scenario) =>
      seeds.flatMap((seed) => own.get(worldOf(scenario, seed)) ?? []),
    );
    return rows.every((row) => row.length === seeds.length) ? rows : undefined;
  }

  #has(name: string, scenario: Scenario, seed: number): boolean {
    return this.failures.has(name) || this.#measured.get(name)?.has(worldOf(scenario, seed)) === true;
  }

  async #run(scenario: Scenario, seed: number, candidates: readonly Candidate[]): Promise<void> {
    const { executor, options, onRun } = this.#options;
    const contestants = candidates.map(({ name, values }) => ({ name, options: withValues(options, values) }));
    for (const outcome of await executor.run({ scenario, seed, contestants })) {
      onRun();
      const { contestant } = outcome;
      if ("isOwnCode" in outcome) throw new OwnCodeError(`${scenario.name}: ${outcome.error}`);
      const problem = "error" in outcome ? outcome.error : unmeasured(outcome.metrics);
      if (problem !== undefined) this.failures.set(contestant, `${scenario.name}, seed ${seed}: ${problem}`);
      else if ("metrics" in outcome) {
        const own = this.#measured.get(contestant) ?? new Map<string, Metrics>();
        this.#measured.set(contestant, own.set(worldOf(scenario, seed), outcome.metrics));
      }
    }
  }
}

function unmeasured({ goodput, refused }: Metrics): string | undefined {
  return Number.isNaN(goodput) || Number.isNaN(refused) ? "no goodput or refused share to go by" : undefined;
}

function worldOf({ name }: Scenario, seed: number): string {
  return `${name} ${seed}`;
}

function chunks<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
}
