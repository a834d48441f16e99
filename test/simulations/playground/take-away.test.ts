import { describe, expect, it } from "vitest";
import { commandOf } from "../../../simulations/playground/browser/take-away.js";
import { INITIAL, INITIAL_VALUES, TUNED } from "../../../simulations/playground/settings.js";

const SEED = `--seeds-from ${INITIAL_VALUES.seed} --seeds 1`;

describe("the commands that a playground's run is taken along by", () => {
  it("name the scenario, who runs and the seed", () => {
    expect(commandOf(INITIAL)).toBe(
      `sluice simulate s01-ten-a-second --contestant sluice --contestant retry-only ${SEED}`,
    );
  });

  it("write the options down where the control was tuned, and run that sluice by itself", () => {
    const tuned = { ...INITIAL, contestants: [TUNED, "sluice"], values: { ...INITIAL_VALUES, epoch: 8 } };
    expect(commandOf(tuned).split("\n")).toEqual([
      `sluice simulate s01-ten-a-second --contestant sluice ${SEED}`,
      `echo '{"control":{"epochMs":8000}}' > sluice-options.json`,
      `sluice simulate s01-ten-a-second --options sluice-options.json --contestant sluice ${SEED}`,
    ]);
    expect(commandOf({ ...tuned, contestants: [TUNED], values: INITIAL_VALUES })).toBe(
      `sluice simulate s01-ten-a-second --contestant sluice ${SEED}`,
    );
  });

  it("say what they leave out", () => {
    const changes = [{ atMs: 5_000, name: "limit", value: 3 }];
    expect(commandOf({ ...INITIAL, changes })).toMatch(/^# without the changes/);
    expect(commandOf({ ...INITIAL, scenario: "" })).toMatch(/^# a server of your own/);
  });
});
