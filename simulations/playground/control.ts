import type { ControlOptions } from "../../src/options.js";
import type { FieldName } from "./fields.js";
import { INITIAL_VALUES, type Settings } from "./settings.js";

/** The option that each setting of the control is, in the option's own unit. */
const OPTIONS = {
  law: (value) => ({ law: value as "plateau" | "aimd" }),
  decrease: (value) => ({ multiplicativeDecrease: Number(value) }),
  epoch: (value) => ({ epochMs: milliseconds(value) }),
  increase: (value, { law }) => (law === "aimd" && Number(value) > 0 ? { additiveIncrease: Number(value) } : {}),
  burst: (value) => ({ burst: Number(value) }),
  doubling: (value) => ({ startDoublingMs: milliseconds(value) }),
} as const satisfies Partial<Record<FieldName, (value: number | string, values: Settings["values"]) => ControlOptions>>;

/** What `createSluice` is to be told: what is as it comes isn't said. */
export function controlOf(values: Settings["values"]): ControlOptions {
  const said = Object.entries(OPTIONS).map(([name, write]) => {
    const value = values[name as FieldName];
    return value === INITIAL_VALUES[name as FieldName] ? {} : write(value, values);
  });
  return Object.assign({}, ...said) as ControlOptions;
}

/** The same as a program says it. */
export function codeOf(values: Settings["values"]): string {
  const lines = Object.entries(controlOf(values)).map(([name, value]) => `    ${name}: ${JSON.stringify(value)},\n`);
  const options = lines.length === 0 ? "" : `{\n  control: {\n${lines.join("")}  },\n}`;
  return `import { createSluice } from "sluice";\n\nconst sluice = createSluice(${options});\n`;
}

function milliseconds(seconds: number | string): number {
  return Math.round(Number(seconds) * 1_000);
}
