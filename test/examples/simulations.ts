// The TypeScript of simulations/README.md, as it stands there, compiled with the tests; its own test holds the two together.
import { recordJob, renderReport, type Scenario, simulate } from "../../simulations/index.js";

export async function fromCode(lunchRush: Scenario): Promise<{ isWell: boolean; page: string }> {
  // #region from code
  const { judgements } = await simulate({ scenarios: [lunchRush], seeds: [1, 2] });
  const isWell = judgements.every(({ holds }) => holds);

  const [recorded] = await recordJob({ scenario: lunchRush, seed: 1, contestants: ["sluice"] });
  const page = recorded && renderReport([{ ...recorded, scenario: lunchRush, seed: 1, bounds: judgements }]);
  // #endregion
  return { isWell, page: page ?? "" };
}
