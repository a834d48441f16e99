import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { renderReport } from "../../../simulations/report/render-report.js";
import { writeReport } from "../../../simulations/report/write-report.js";
import { handmade, handRun } from "./some-runs.js";

describe("writing a page", () => {
  const folder = mkdtempSync(join(tmpdir(), "sluice-report-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("makes the folder, and writes what was rendered", () => {
    const runs = [handRun(handmade({}))];
    const path = join(folder, "deep", "er", "page.html");
    writeReport(path, runs, { title: "mine" });
    expect(readFileSync(path, "utf8")).toBe(renderReport(runs, { title: "mine" }));
  });

  it("throws what the file system says where it can't", () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    expect(() => writeReport(join(file, "page.html"), [])).toThrow(/EEXIST|ENOTDIR/);
  });
});
