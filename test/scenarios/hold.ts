import { describe, expect, it } from "vitest";
import { SCENARIOS, simulate } from "../../simulations/index.js";

const SEEDS = [1, 2, 3, 4, 5];
const SHARDS = 8;
/** Five worlds take half a minute at most on a machine of one's own; on a shared one nothing may end by the clock. */
const TIMEOUT_MS = 600_000;

/**
 * Every eighth built-in scenario, held to its bounds over five seeds. Eight files share them, so that they run side by side; a
 * failure says which bound, what it came to, and the command that repeats its worst seed.
 */
export function holdScenarios(shard: number): void {
  describe(`built-in scenarios, part ${shard + 1} of ${SHARDS}`, () => {
    for (const scenario of SCENARIOS.filter((_, index) => index % SHARDS === shard)) {
      it(`${scenario.name}: ${scenario.story}`, { timeout: TIMEOUT_MS }, async () => {
        const { judgements, failures } = await simulate({ scenarios: [scenario], seeds: SEEDS, threads: 1 });
        expect(failures).toEqual([]);
        const missed = judgements.filter(({ holds }) => !holds);
        expect(
          missed.map(({ contestant, bound, value, worstSeed }) => ({
            ...{ contestant, bound, value },
            again: `sluice simulate ${scenario.name} --contestant ${contestant} --seeds-from ${worstSeed} --seeds 1 --report page.html`,
          })),
        ).toEqual([]);
        expect(judgements).toHaveLength(scenario.bounds.length);
      });
    }
    it("has its share of them", () => expect(SCENARIOS.length).toBeGreaterThan(shard));
  });
}
