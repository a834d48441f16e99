import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkWritable } from "../../src/cli/writable.js";
import { commandLine } from "./command-line.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-writable-"));
  writeFileSync(join(folder, "file.json"), "mine");
  mkdirSync(join(folder, "folder.json"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the place for a result", () => {
  it("is found wanting before the work", () => {
    const check =
      (path: string, isFolderMade = false) =>
      () =>
        checkWritable("report", join(folder, path), { isFolderMade });
    expect(check("folder.json")).toThrow(/^--report .*folder\.json can't be written: it is a folder$/);
    expect(check("none/page.json")).toThrow(/can't be written: there is no folder .*none$/);
    expect(check("file.json/page.json", true)).toThrow(/can't be written: .*file\.json is no folder$/);
    expect(check("file.json/deep/page.json", true)).toThrow(/is no folder$/);
  });

  it("is left as it is where it will do", () => {
    checkWritable("output", join(folder, "file.json"));
    checkWritable("output", join(folder, "new.json"));
    checkWritable("report", join(folder, "none", "deep", "page.html"), { isFolderMade: true });
    expect(readFileSync(join(folder, "file.json"), "utf8")).toBe("mine");
    expect(["new.json", "none"].map((name) => existsSync(join(folder, name)))).toEqual([false, false]);
  });

  it.each([
    ["simulate", "s01", "--report"],
    ["compare", "s01", "--report"],
  ])("is looked at by %s", async (...argv) => {
    const { code, stdout, stderr } = await commandLine([...argv, join(folder, "file.json", "page.html")]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("page.html can't be written: ");
  });
});
