import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../../../simulations/clock.js";
import { seededRandom } from "../../../simulations/random.js";
import { installGlobals } from "../../../simulations/world/globals.js";
import { bar, createProgressLine } from "../../../src/cli/simulate/progress.js";

const paint = (_: string, text: string): string => text;

describe("the progress of a simulation", () => {
  it("is a bar as long as the share, with words, within the terminal", () => {
    const standing = { share: 0.5, text: "3 of 6 worlds" };
    expect(bar(standing, "2s left", { columns: 120, paint: (style, text) => (style === "dim" ? "" : text) })).toBe(
      `${"━".repeat(15)}   50 %  3 of 6 worlds  2s left`,
    );
    for (const columns of [10, 20, 40, 60, 80]) {
      expect(bar(standing, "2s left", { columns, paint }).length).toBeLessThan(columns);
    }
    expect(bar(standing, "", { columns: 20, paint })).toBe("50 %  3 of 6 worlds");
  });

  it("is a line now and then where nobody can draw, and nothing in a short run", () => {
    let nowMs = 0;
    let written = "";
    const line = createProgressLine({ stderr: { write: (text) => (written += text) }, env: {} }, () => nowMs);
    for (nowMs = 0; nowMs < 12_000; nowMs += 500) line.show({ share: nowMs / 20_000, text: "x" });
    line.end();
    expect(written).toBe("25 %, x, 15s left\n50 %, x, 10s left\n");
  });

  it("goes by real time while a simulated world lends the thread its own", () => {
    let written = "";
    const line = createProgressLine({ stderr: { write: (text) => (written += text) }, env: {} });
    const clock = createVirtualClock();
    const putBack = installGlobals(clock, seededRandom("globals"));
    clock.run(60_000);
    line.show({ share: 0.5, text: "x" });
    const virtualMs = performance.now();
    putBack();
    expect(virtualMs).toBe(60_000);
    expect(written).toBe("");
  });
});
