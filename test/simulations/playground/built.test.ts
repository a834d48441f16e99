import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { renderPlayground } from "../../../simulations/playground/page.js";
import { readBuilt, readPageScript } from "../../../src/page/assets.js";

describe("the playground as it is built", () => {
  it("is one file of at most 300 KB, compressed, that loads nothing", () => {
    const page = readBuilt("playground/index.html");
    expect(gzipSync(page).length).toBeLessThanOrEqual(300_000);
    expect(page).toBe(renderPlayground());
    expect(page).not.toMatch(/<(script|link|img|iframe)[^>]+(src|href)="(?!data:)/);
  });

  it("has nothing of Node in what simulates", () => {
    // These two are asked for by name where they exist, and never loaded.
    const rest = readPageScript("playground_worker").replaceAll(/`node:(async_hooks|diagnostics_channel)`/g, "");
    expect(rest).not.toMatch(/node:|require\(|from"/);
  });
});
