import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ServiceState } from "../../simulations/index.js";
import { beginCommand } from "./command-line.js";

const begin = (...argv: string[]) => beginCommand(argv);

async function fail(...argv: string[]): Promise<string> {
  const command = begin(...argv);
  expect(await command.exit).toBe(2);
  expect(command.out()).toBe("");
  return command.err();
}

const CHAT = "meta-llama/Llama-3.3-70B-Instruct-Turbo";

function ask(url: string, model = CHAT): Promise<Response> {
  const body = JSON.stringify({ model, messages: [{ role: "user", content: "Hello." }] });
  return fetch(`${url}/v1/chat/completions`, { method: "POST", body });
}

describe("sluice serve", () => {
  it("prints its URL, answers there, limits as it was told, and stops at Ctrl-C", async () => {
    const command = begin("serve", "--limit", "2", "--latency", "1", "--token-latency", "0");
    const url = await command.firstLine;
    const statuses = await Promise.all(Array.from({ length: 5 }, async () => (await ask(url)).status));
    expect(statuses.sort()).toEqual([200, 200, 429, 429, 429]);
    command.interrupt();
    expect(await command.exit).toBe(130);
    expect(command.err()).toContain(`${CHAT} (anonymous): 2 accepted, 3 throttled, 0 overloaded, 0 saturated`);
    await expect(ask(url)).rejects.toThrow();
  });

  it("speaks JSON where a program listens", async () => {
    const command = begin(
      "serve",
      "--json",
      "--capacity",
      "0",
      "--model",
      "a",
      "--model",
      "my-embedder",
      "--seed",
      "9",
    );
    const { url, port } = JSON.parse(await command.firstLine) as { url: string; port: number };
    expect(url).toBe(`http://127.0.0.1:${port}`);
    expect((await ask(url, "a")).status).toBe(503);
    expect((await ask(url, "my-embedder")).status).toBe(400);
    command.interrupt();
    await command.exit;
    const state = JSON.parse(command.out().split("\n")[1] ?? "") as ServiceState;
    expect(state).toMatchObject({ seed: 9, lanes: [{ model: "a", overloaded: 1 }] });
  });

  it("holds an organisation to what its models share, and to its jobs at once", async () => {
    const command = begin("serve", "--shared", "1", "--fine-tunes", "1", "--latency", "1", "--token-latency", "0");
    const url = await command.firstLine;
    const tune = () =>
      fetch(`${url}/v1/fine-tunes`, {
        method: "POST",
        body: JSON.stringify({ model: CHAT, training_file: "file-1" }),
      });
    const other = "Qwen/Qwen2.5-7B-Instruct-Turbo";
    expect([(await ask(url)).status, (await ask(url, other)).status]).toEqual([200, 429]);
    expect([(await tune()).status, (await tune()).status]).toEqual([200, 409]);
    command.interrupt();
    await command.exit;
  });

  it("moves as its schedule says, inline or from a file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sluice-serve-"));
    const file = join(folder, "moves.json");
    await writeFile(file, JSON.stringify([{ atMs: 0, requestsPerSecond: 0 }]));
    for (const schedule of ["0s:0", "0:none, 0ms:limit=0", "0s:outage=1h", "0s:capacity=0", "0s:in-flight=0", file]) {
      const command = begin("serve", "--schedule", schedule, "--latency", "1");
      expect((await ask(await command.firstLine)).ok).toBe(false);
      command.interrupt();
      await command.exit;
    }
    await rm(folder, { recursive: true });
  });

  it("refuses what it can't understand, and names the option and the value", async () => {
    for (const [argv, message] of [
      [["--prot", "1"], "'--prot'"],
      [["extra"], "'extra'"],
      [["--port", "http"], "--port must be an integer from 0 to 65535, got 'http'"],
      [["--limit", "-1"], "--limit"],
      [["--limit", "fast"], "--limit must be a number from 0 to 1000000000, got 'fast'"],
      [["--headers", "some"], "--headers must be one of every, refusals, none, 2025, 2024, got 'some'"],
      [["--provider", "acme"], "'acme'"],
      [["--in-flight", "1.5"], "--in-flight must be an integer"],
      [["--usage-window", "0"], "--usage-window must be above 0, got '0'"],
      [["--fine-tunes", "many"], "--fine-tunes must be an integer"],
      [["--batch-rate", "0"], "--batch-rate must be above 0, got '0'"],
      [["--base", "9", "--cap", "3"], "--base 9 is above --cap 3"],
      [["--provider", "openai", "--cap", "9"], "--cap is together's alone"],
      [["--provider", "openai", "--headers", "2025"], "'2025'"],
      [["--limit", "2", "--limit", "3"], "--limit is there twice: '2' and '3'"],
      [["--limit", "chats=3"], "limits: unknown 'chats'; did you mean 'chat'?"],
      [["--latency-spread", "9"], "--latency-spread must be a number from 0 to 3, got '9'"],
      [["--slow-share", "2"], "--slow-share must be a number from 0 to 1, got '2'"],
      [["--fault", "status-504"], "--fault 'status-504': kind must be one of"],
      [["--fault", "status-503:2"], "--fault 'status-503:2': share must be <=1, got 2"],
      [["--fault", "status-503,until=soon"], "untilMs must be number, got 'soon'"],
      [["--fault", "status-503,till=1m"], "can't read 'till=1m'; there are from=…, until=…"],
      [["--lie", "scaled"], "--lie 'scaled': factor is missing"],
      [["--lie", "foreign"], "--lie 'foreign' needs a limit, which only --config can say"],
      [["--lie", "silent-refusals:3"], "nothing can stand behind 'silent-refusals:'"],
      [["--org", "acme"], "--org must be NAME=KEY"],
      [["--org", "acme=sk-a,limits=3"], "--org acme: unknown 'limits'; there are key, limit, tokens"],
      [["--org", "acme=sk-a,limit=fast"], "--org acme: --limit must be a number"],
      [["--org", "a=sk-a", "--org", "b=sk-a"], "organisations: 'a' and 'b' have the same key"],
      [["--scenario", "s6"], "unknown scenario 's6'; did you mean 's06-down-and-up'?"],
      [["--scenario", "s06", "--limit", "3"], "--limit can't stand beside --scenario s06, which says it itself"],
      [["--speed", "3"], "--speed 3 needs a --scenario"],
      [["--config", "nothing-here.json"], "--config nothing-here.json can't be read: ENOENT"],
      [["--schedule", "1s:fault=fire"], "--schedule 'fire': kind must be one of"],
      [["--schedule", "10s:fast"], "'fast'"],
      [["--schedule", "10s:speed=3"], "'10s:speed=3'"],
      [["--schedule", "nothing-here.json"], "'nothing-here.json'"],
    ] as const) {
      const text = await fail("serve", ...argv);
      expect(text).toContain(message);
      expect(text).toMatch(/^sluice serve: .+\n'sluice serve --help' shows what there is\.\n$/);
    }
  });

  it("is the server that a file describes, and an option beats what the file says of the same", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sluice-serve-"));
    const file = join(folder, "server.json");
    const organisations = [{ name: "acme", keys: ["sk-acme"], limit: { kind: "policer", requestsPerSecond: 0 } }];
    await writeFile(file, JSON.stringify({ organisations, seed: 4, latency: { firstByteMs: 1, perTokenMs: 0 } }));
    const command = begin("serve", "--json", "--config", file, "--seed", "5", "--token-latency", "1");
    const { url, page } = JSON.parse(await command.firstLine) as { url: string; page: string };
    expect((await fetch(page)).status).toBe(200);
    const body = JSON.stringify({ model: CHAT, messages: [{ role: "user", content: "Hello." }] });
    const headers = { authorization: "Bearer sk-acme" };
    const statusOf = async (init: RequestInit) =>
      (await fetch(`${url}/v1/chat/completions`, { method: "POST", body, ...init })).status;
    expect([await statusOf({ headers }), await statusOf({})]).toEqual([429, 200]);
    command.interrupt();
    await command.exit;
    const state = JSON.parse(command.out().split("\n")[1] ?? "") as ServiceState;
    expect(state).toMatchObject({ seed: 5, settings: { latency: { firstByteMs: 1, perTokenMs: 1 } } });
    expect(command.out()).not.toContain("sk-acme");
    for (const [text, message] of [
      ["{", `--config ${file}:1:`],
      ["[]", `--config ${file}: must hold one JSON object`],
      ['{"limmit": 3}', `--config ${file}: limmit unknown field; did you mean 'limit'?`],
    ] as const) {
      await writeFile(file, text);
      expect(await fail("serve", "--config", file)).toContain(message);
    }
    await rm(folder, { recursive: true });
  });

  it("plays a scenario, and says which", async () => {
    const quick = ["--latency", "1", "--token-latency", "0", "--refusal-latency", "1"];
    const command = begin("serve", "--scenario", "s27", "--speed", "1000", ...quick);
    const url = await command.firstLine;
    await expect.poll(async () => (await ask(url, "model")).text()).toContain("billing");
    expect(command.err()).toMatch(/^s27-billing, 1 s: .*\nwhat it does: http.*__page\n/);
    command.interrupt();
    await command.exit;
  });

  it("misbehaves and lies as its options say", async () => {
    const quick = ["--latency", "1", "--token-latency", "0", "--refusal-latency", "1"];
    const asked = async (...argv: string[]) => {
      const command = begin("serve", ...quick, ...argv);
      const response = await ask(await command.firstLine).catch((error: Error) => error.message);
      // A body that nobody has read would hold up the server's end.
      if (typeof response !== "string") await response.arrayBuffer();
      command.interrupt();
      await command.exit;
      return response;
    };
    expect(await asked("--fault", "status-503:1,times=3")).toMatchObject({ status: 503 });
    expect(await asked("--fault", "close-early")).toBe("fetch failed");
    expect(await asked("--fault", "never-answer,wait=50ms")).toBe("fetch failed");
    expect(await asked("--fault", "status-500,from=1h")).toMatchObject({ status: 200 });
    expect(await asked("--schedule", "0s:fault=status-502")).toMatchObject({ status: 502 });
    expect(await asked("--require-key")).toMatchObject({ status: 401 });
    expect(await asked("--limit", "50", "--limit", "chat=0")).toMatchObject({ status: 429 });
    const lying = (await asked("--limit", "50", "--lie", "scaled:2")) as Response;
    expect(lying.headers.get("x-ratelimit-limit")).toBe("100");
    const still = (await asked("--limit", "50", "--lie", "constant,remaining=7")) as Response;
    expect(still.headers.get("x-ratelimit-remaining")).toBe("7");
  });

  it("says so where its port is taken", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    expect(await fail("serve", "--port", String(port))).toContain(`--port ${port} can't be had: EADDRINUSE`);
    await new Promise((resolve) => other.close(resolve));
  });

  it("explains itself", async () => {
    const command = begin("serve", "--port", "0", "--help");
    expect([await command.exit, command.out()]).toEqual([0, expect.stringContaining("--schedule WHAT")]);
  });
});

describe("sluice", () => {
  it("lists its commands", async () => {
    const command = begin("--help");
    expect([await command.exit, command.out()]).toEqual([0, expect.stringMatching(/^ {2}serve +a simulated AI API/m)]);
    const bare = begin();
    expect([await bare.exit, bare.out(), bare.err()]).toEqual([2, "", command.out()]);
  });

  it("tells its version", async () => {
    const command = begin("--version");
    expect([await command.exit, command.out()]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+/)]);
  });

  it("guesses what was meant by an unknown command, where it can", async () => {
    expect(await fail("sevre")).toContain("unknown command 'sevre'; did you mean 'serve'?");
    expect(await fail("dishwasher")).toMatch(/^sluice: unknown command 'dishwasher'\n/);
    expect(await fail("constructor")).toContain("unknown command 'constructor'");
    expect(await fail("--loud")).toContain("unknown option '--loud'");
  });
});
