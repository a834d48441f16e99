import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startServer } from "../../simulations/server/http.js";
import { commandLine } from "./command-line.js";

const HOSTILE = "<img src=x onerror=alert(1)>";

describe("sluice run --report", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sluice-run-report-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function requestsFile(): Promise<string> {
    const path = join(folder, "requests.jsonl");
    const line = (index: number) =>
      JSON.stringify({
        ...{ custom_id: `c-${index}`, method: "POST", url: "/v1/chat/completions" },
        body: { model: HOSTILE, messages: [{ role: "user", content: "Hi." }] },
      });
    await writeFile(path, Array.from({ length: 40 }, (_, index) => `${line(index)}\n`).join(""));
    return path;
  }

  it("writes one page that needs nothing else, with what came of the run", async () => {
    const server = await startServer({
      models: [{ id: HOSTILE, type: "chat" }],
      latency: { firstByteMs: 1, perTokenMs: 0 },
      limit: { kind: "policer", requestsPerSecond: 200 },
    });
    const page = join(folder, "pages", "run.html");
    const argv = ["run", await requestsFile(), "-o", join(folder, "out.jsonl"), "--base-url", `${server.url}/v1`];
    const { code, stderr } = await commandLine([...argv, "--report", page]);
    await server.close();
    expect([code, stderr]).toEqual([0, expect.stringContaining(`the page is ${page}`)]);
    const text = await readFile(page, "utf8");
    expect(text).toContain("40 of 40 requests answered");
    expect(text).toContain("✓ all done");
    expect(text).toContain("report of a run");
    expect(text).not.toContain("Virtual time");
    expect(text).not.toContain(HOSTILE);
    expect(text).toContain("&lt;img src=x onerror=alert(1)&gt;");
    expect(text).not.toMatch(/(?:src|href)="(?!#)/);
    const [, json = ""] = /<script type="application\/json" id="data">(.+?)<\/script>/s.exec(text) ?? [];
    const { scenes } = JSON.parse(json) as {
      scenes: { limitName: string; tracks: { models: { accepted: number[] }[] }[] }[];
    };
    expect(scenes[0]?.limitName).toBe("limit told");
    expect(scenes[0]?.tracks[0]?.models[0]?.accepted.reduce((sum, each) => sum + each, 0)).toBe(40);
  });

  it.each([
    [["--report", "page.txt"], "its name must end in .html, got 'page.txt'"],
    [["--report", "page.html", "--dry-run"], "--report has nothing to tell of with --dry-run"],
    [["--open", "--dry-run"], "--open has nothing to tell of with --dry-run"],
    [["--report", "page.html", "--batch"], "--report has nothing to tell of with --batch"],
  ])("refuses %j, with exit code 2", async (more, message) => {
    const argv = ["run", await requestsFile(), "-o", join(folder, "out.jsonl"), "--base-url", "http://127.0.0.1:1"];
    expect(await commandLine([...argv, ...more])).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });
});
