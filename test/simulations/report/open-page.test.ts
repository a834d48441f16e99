import { describe, expect, it } from "vitest";
import { openerOf, openPage } from "../../../simulations/report/open-page.js";

describe("opening a page", () => {
  it.each([
    ["linux", ["xdg-open", "file:///a.html"]],
    ["darwin", ["open", "file:///a.html"]],
    ["win32", ["cmd", "/c", "start", '""', "file:///a.html"]],
    ["freebsd", ["xdg-open", "file:///a.html"]],
  ] as const)("asks the system of %s for its browser", (platform, command) => {
    expect(openerOf(platform, "file:///a.html")).toEqual(command);
  });

  it("says nothing where it went well", async () => {
    const opener = () => [process.execPath, "-e", ""] as const;
    expect(await openPage("/tmp/a page.html", () => [...opener()])).toBeUndefined();
  });

  it("says why it couldn't, and where the page is, and fails nobody", async () => {
    const missing = await openPage("/tmp/a page.html", () => ["no-such-program-anywhere"]);
    expect(missing).toMatch(
      /^couldn't open the page \(no-such-program-anywhere: .*ENOENT.*\); open it yourself: file:\/\/\/tmp\/a%20page\.html$/,
    );
    const refused = await openPage("/tmp/a.html", () => [process.execPath, "-e", "process.exit(3)"]);
    expect(refused).toContain("ended with 3");
  });
});
