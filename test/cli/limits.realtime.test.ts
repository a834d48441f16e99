import { afterEach, describe, expect, it } from "vitest";
import { type RunningServer, type ServerOptions, startServer } from "../../simulations/server/http.js";
import { UsageError } from "../../src/cli/command.js";
import { help, main } from "../../src/cli/limits.js";

const CHAT = "meta-llama/Llama-3.3-70B-Instruct-Turbo";
const EMBEDDINGS = "BAAI/bge-base-en-v1.5";

let server: RunningServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function serve(options: ServerOptions = {}): Promise<RunningServer> {
  server = await startServer({ latency: { firstByteMs: 5, perTokenMs: 0 }, headers: "every", ...options });
  return server;
}

async function limits(...argv: readonly string[]) {
  const written = { stdout: "", stderr: "" };
  const collector = (name: keyof typeof written) => ({
    write: (text: string): void => {
      written[name] += text;
    },
  });
  const { signal } = new AbortController();
  const io = { stdout: collector("stdout"), stderr: collector("stderr"), env: { KEY: "secret" }, interrupt: signal };
  return { code: await main(argv, io), ...written };
}

describe("sluice limits", () => {
  it("sends one request, and prints what its answer says of limits, and by which headers", async () => {
    const running = await serve({ limit: { kind: "policer", requestsPerSecond: 8, depthMs: 1_000 } });
    const { code, stdout } = await limits(`${running.url}/v1`, "--model", CHAT, "--api-key-env", "KEY");
    expect(code).toBe(0);
    expect(stdout).toMatch(/\/v1\/chat\/completions answers 200 in \d+ ms: accepted, read as generic/);
    expect(stdout).toMatch(/^requests +8 +- +\d+ +1s$/m);
    expect(stdout).toMatch(/^understood\n( {2}x-ratelimit-[\w-]+: .+\n)+/m);
    expect(stdout).not.toContain("secret");
    expect(running.state().lanes.map(({ offered }) => offered)).toEqual([1]);
  });

  it("asks for embeddings, by the path or by the whole address, and answers programs in JSON", async () => {
    const { url } = await serve();
    const byPath = await limits(url, "--model", EMBEDDINGS, "--endpoint", "/v1/embeddings", "--json");
    expect(JSON.parse(byPath.stdout)).toMatchObject({ status: 200, outcome: "accepted", provider: "together" });
    const whole = await limits(`${url}/v1/embeddings`, "--model", EMBEDDINGS, "--json");
    expect(JSON.parse(whole.stdout)).toMatchObject({ url: `${url}/v1/embeddings`, quotas: expect.any(Array) });
  });

  it("says so where nothing is stated", async () => {
    const { url } = await serve({ headers: "none" });
    expect((await limits(url, "--model", CHAT)).stdout).toContain("It states no limit.");
  });

  it("prints what a refusal says, and exits with 1", async () => {
    const { url } = await serve({ limit: { kind: "policer", requestsPerSecond: 0.01, depthMs: 1 } });
    const first = await limits(url, "--model", CHAT);
    const second = await limits(url, "--model", CHAT);
    expect([first.code, second.code]).toContain(1);
    expect(second.stdout).toMatch(/answers 429 in \d+ ms: throttled/);
    expect(second.stderr).toMatch(/^sluice limits: \{"error"/);
  });

  it("says that nobody answers", async () => {
    const { url, close } = await startServer();
    await close();
    const { code, stderr } = await limits(url, "--model", "m");
    expect(code).toBe(1);
    expect(stderr).toMatch(/^sluice limits: no answer from 127.0.0.1:\d+ \(fetch failed: .*ECONNREFUSED/);
  });

  it.each([
    ["no server", [], /which server\?/],
    ["two servers", ["http://a", "http://b", "--model", "m"], /what is 'http:\/\/b'\?/],
    ["no model", ["http://a"], /--model must name/],
    ["no URL", ["a", "--model", "m"], /must be an http or https URL, got 'a'/],
    [
      "an endpoint of which no small request is known",
      ["http://a", "--model", "m", "--endpoint", "/v1/x"],
      /--endpoint must end with .* got '\/v1\/x'/,
    ],
    [
      "a key that isn't there",
      ["http://a", "--model", "m", "--api-key-env", "NONE"],
      /NONE: there is no such variable/,
    ],
  ])("refuses %s", async (_, argv, message) => {
    await expect(limits(...argv)).rejects.toThrow(message);
    await expect(limits(...argv)).rejects.toBeInstanceOf(UsageError);
  });

  it("names its options in its help", () => {
    for (const word of ["--model", "--endpoint", "--api-key-env", "--json", "130"]) expect(help).toContain(word);
  });
});
