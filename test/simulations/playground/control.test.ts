import { describe, expect, it } from "vitest";
import { codeOf, controlOf } from "../../../simulations/playground/control.js";
import { INITIAL_VALUES } from "../../../simulations/playground/settings.js";
import { completeOptions } from "../../../src/complete.js";
import { DEFAULTS } from "../../../src/defaults.js";

describe("the options of the playground's own sluice", () => {
  it("are what sluice has by itself, until they are changed", () => {
    const { control } = completeOptions();
    expect(INITIAL_VALUES).toMatchObject({
      law: DEFAULTS.control.law,
      decrease: control.multiplicativeDecrease,
      epoch: control.epochMs / 1_000,
      burst: control.burst,
      doubling: control.startDoublingMs / 1_000,
    });
    expect(controlOf(INITIAL_VALUES)).toEqual({});
    expect(codeOf(INITIAL_VALUES)).toContain("createSluice();");
  });

  it("are a program that createSluice takes, with no more than what was changed", () => {
    const values = { ...INITIAL_VALUES, law: "aimd", decrease: 0.5, epoch: 8.5, increase: 0.3 };
    const code = codeOf(values);
    expect(code).toBe(`import { createSluice } from "sluice";

const sluice = createSluice({
  control: {
    law: "aimd",
    multiplicativeDecrease: 0.5,
    epochMs: 8500,
    additiveIncrease: 0.3,
  },
});
`);
    expect(completeOptions({ control: controlOf(values) }).control).toMatchObject({ law: "aimd", epochMs: 8_500 });
    expect(controlOf({ ...values, law: "plateau" })).not.toHaveProperty("additiveIncrease");
  });
});
