import { describe, expect, it } from "vitest";
import { beginCommand, commandLine } from "../command-line.js";

describe("sluice simulate --playground", () => {
  it("serves the page on loopback until Ctrl-C, and nothing else", async () => {
    const command = beginCommand(["simulate", "--playground", "--json"]);
    const { url } = JSON.parse(await command.firstLine) as { url: string };
    const answer = await fetch(url);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(await answer.text()).toContain("AIMD in a minute");
    expect((await fetch(`${url}else`)).status).toBe(404);
    expect((await fetch(url, { method: "POST", body: "x" })).status).toBe(405);
    command.interrupt();
    expect(await command.exit).toBe(130);
  });

  it.each([
    [["--report", "a.html"], "--playground goes with --contestant, --seeds-from, --open, --json, not with --report"],
    [["--law=aimd"], "not with --law"],
    [["s01", "s02"], "--playground shows one scenario at a time, got 2"],
    [["s99"], "--playground: there is no built-in scenario 's99'"],
    [["s13-outag"], "did you mean 's13-outage'?"],
    [["--contestant", "openai"], "--contestant: 'openai' doesn't run in a browser"],
    [["--seeds-from", "-1"], "--seeds-from"],
  ])("refuses %j", async (words, message) => {
    const { code, stderr } = await commandLine(["simulate", "--playground", ...words]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
