import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const LINES_HELD = fileURLToPath(new URL("lines-held.mjs", import.meta.url));

describe("a file of requests", () => {
  it("takes at most 24 bytes of memory a line, whatever else there is", () => {
    // In a process of its own: what other tests leave in this one would be counted with it.
    const told = execFileSync(process.execPath, ["--expose-gc", LINES_HELD], { encoding: "utf8" });
    const each = told.trim().split("\n").map(Number);
    expect(each).toHaveLength(5);
    const median = each.sort((a, b) => a - b)[2];
    expect(median).toBeGreaterThan(8);
    expect(median).toBeLessThanOrEqual(24);
  }, 120_000);
});
