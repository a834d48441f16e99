import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { readChartAssets, readPageScript } from "../../src/page/assets.js";

describe("what pages are made of", () => {
  it.each(["report", "server", "playground", "playground_worker"])(
    "holds nothing in the script of %s that could end its element",
    (name) => {
      const script = readPageScript(name);
      expect(script.length).toBeGreaterThan(10_000);
      expect(script).not.toMatch(/<\/script|<!--/i);
      // Whatever was written another way still is a program.
      expect(() => runInNewContext(`() => {${script}}`)).not.toThrow();
    },
  );

  it("has the chart library's sheet and licence", () => {
    const { style, license } = readChartAssets();
    expect(style).toContain(".uplot");
    expect(license).toContain("MIT");
  });

  it("names the page that wasn't built, and the command that does", () => {
    expect(() => readPageScript("nowhere")).toThrow("pages/nowhere.js isn't built: npm run build");
  });
});
