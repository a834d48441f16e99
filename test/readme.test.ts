import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { METRICS } from "../src/adapter/otel/names.js";
import { DEFAULTS } from "../src/defaults.js";

const readme = readFileSync("README.md", "utf8");
const examples = readFileSync("test/examples/readme.ts", "utf8");

describe("the README", () => {
  const regions = [...examples.matchAll(/^ *\/\/ #region (.+)\n([\s\S]*?)^ *\/\/ #endregion/gm)];

  it.each(regions.map(([, name = "", code = ""]) => [name, code] as const))(
    "has the code of “%s” as it was compiled",
    (_, code) => {
      expect(readme).toContain(code.replaceAll(/^ {2}/gm, "").trimEnd());
    },
  );

  it("has no other TypeScript than what was compiled", () => {
    const fences = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)];
    expect(fences).toHaveLength(regions.length);
  });

  it("names every option that has a default, in the group that it belongs to", () => {
    for (const [group, value] of Object.entries(DEFAULTS)) {
      if (group === "bufferMax") continue; // of pace and map
      if (typeof value !== "object") expect(readme).toContain(`\`${group}\``);
      else expect(readme).toContain(`\`${group}.`);
      for (const name of Object.keys(typeof value === "object" ? value : {})) expect(readme).toContain(name);
    }
  });

  it("names every metric that OpenTelemetry is told", () => {
    for (const { name } of Object.values(METRICS)) expect(readme).toContain(`\`${name}\``);
  });

  it("links only to files that are there", () => {
    for (const [, file = ""] of readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
      expect(() => readFileSync(file)).not.toThrow();
    }
  });
});
