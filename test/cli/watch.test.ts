import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type RunningServer, startServer } from "../../simulations/server/http.js";
import type { Snapshot } from "../../src/adapter/dashboard/message.js";
import type { RunView } from "../../src/cli/batch/page/run-view.js";
import { type Announced, Registry } from "../../src/cli/watch/registry.js";
import { runtimeFolder } from "../../src/cli/watch/runtime-folder.js";
import { ask, readUntil } from "../adapter/dashboard/stage.js";
import { beginCommand, type RunningCommand } from "./command-line.js";

let folder = "";
let server: RunningServer;
const running: RunningCommand[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-watch-"));
  server = await startServer({
    latency: { firstByteMs: 1, perTokenMs: 0 },
    limit: { kind: "policer", requestsPerSecond: 500 },
  });
});

afterEach(async () => {
  for (const command of running.splice(0)) {
    command.interrupt();
    await command.exit;
  }
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const env = () => ({ XDG_RUNTIME_DIR: folder });

function begin(...argv: readonly string[]): RunningCommand {
  const command = beginCommand(argv, env());
  running.push(command);
  return command;
}

async function end(...argv: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const command = beginCommand(argv, env());
  return { code: await command.exit, out: command.out(), err: command.err() };
}

/** The address of a page, with its token, as soon as it is there. */
async function addressOf(which: string): Promise<{ url: string; token: string }> {
  const out = await vi.waitFor(
    async () => {
      const { code, out } = await end("watch", which, "--no-open");
      expect(code).toBe(0);
      return out;
    },
    { timeout: 10_000, interval: 100 },
  );
  const [url = "", token = ""] = out.trim().split("#token=");
  return { url, token };
}

async function requestsFile(count: number): Promise<string> {
  const path = join(folder, "requests.jsonl");
  const line = (index: number) =>
    JSON.stringify({
      ...{ custom_id: `c-${index}`, method: "POST", url: "/v1/chat/completions" },
      body: { model: "meta-llama/Llama-3.3-70B-Instruct-Turbo", messages: [{ role: "user", content: "Hi." }] },
    });
  await writeFile(path, Array.from({ length: count }, (_, index) => `${line(index)}\n`).join(""));
  return path;
}

describe("sluice watch", () => {
  it("says that nothing runs, with exit code 1", async () => {
    expect(await end("watch")).toMatchObject({ code: 1, out: "", err: expect.stringContaining("sluice run --watch") });
    expect(await end("watch", "--list")).toMatchObject({ code: 1, out: "" });
    expect(await end("watch", "--list", "--json")).toMatchObject({ code: 1, out: "[]\n" });
  });

  it.each([
    [["a", "b"], "one page at a time; what is 'b'?"],
    [["nothing"], "no live page is called 'nothing' here"],
    [["http://127.0.0.1:1/"], "needs its token"],
    [["http://127.0.0.1:1/#token=abc"], "is no live page, or doesn't answer"],
    [["--lists"], "--lists"],
  ])("refuses %j, with exit code 2", async (argv, message) => {
    expect(await end("watch", ...argv)).toMatchObject({ code: 2, err: expect.stringContaining(message) });
  });

  it("finds a proxy and a simulated server, by number, port and name, and lists no token", async () => {
    const proxy = begin("proxy", "--target", `${server.url}/v1`);
    const serve = begin("serve", "--limit", "3");
    const [url] = await Promise.all([proxy.firstLine, serve.firstLine]);
    const { token } = await addressOf("proxy");
    const list = await end("watch", "--list");
    expect(list.out).toContain(`${url}/__sluice/live/`);
    expect(list.out).toContain("/__page");
    expect(list.out + proxy.out() + proxy.err()).not.toContain(token);
    expect((await addressOf(new URL(url).port)).token).toBe(token);
    expect((await addressOf(`${url}/__sluice/live`)).token).toBe(token);
    expect(await end("watch", "7", "--no-open")).toMatchObject({ code: 2 });
    const files = await readdir(join(folder, "sluice"));
    for (const file of files) expect((await stat(join(folder, "sluice", file))).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, "sluice"))).mode & 0o777).toBe(0o700);
  });

  it("opens a page by a file of the user's own, so that no command line tells its token", async () => {
    const registry = new Registry(folder);
    const path = await registry.leadTo({ url: "http://127.0.0.1:1/</script>", token: "secret" });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const text = await readFile(path, "utf8");
    expect(text).toContain("#token=secret");
    expect(text.match(/<\/script>/g)).toHaveLength(1);
  });
});

describe("the register of live pages", () => {
  const page: Announced = {
    kind: "run",
    title: "t",
    url: "http://127.0.0.1:9/",
    token: "secret",
    pid: process.pid,
    startedAtMs: 1,
  };

  it("gives the same again the same page, once it is over, and forgets nobody who is at work", async () => {
    const registry = new Registry(folder);
    expect(await registry.recall("run", "a")).toBeUndefined();
    const retire = await registry.announce("a", page);
    expect(await registry.recall("run", "a")).toBeUndefined();
    expect(await registry.alive()).toEqual([page]);
    await retire();
    expect(await registry.alive()).toEqual([]);
    expect(await registry.recall("run", "a")).toMatchObject({ url: page.url, token: page.token });
    expect(await registry.recall("proxy", "a")).toBeUndefined();
  });

  it("takes a program that was killed for one that is over", async () => {
    const registry = new Registry(folder);
    // No system gives out such a number.
    await registry.announce("a", { ...page, pid: 2 ** 31 - 2 });
    expect(await registry.alive()).toEqual([]);
    expect(await registry.recall("run", "a")).toMatchObject({ token: page.token });
  });

  it("tells two of the same identity apart while both are at work", async () => {
    const registry = new Registry(folder);
    await registry.announce("a", { ...page, pid: process.ppid });
    await registry.announce("a", page);
    expect((await registry.alive()).map(({ pid }) => pid).sort()).toEqual([process.pid, process.ppid].sort());
  });

  it("passes over what it can't read", async () => {
    await writeFile(join(folder, "run-0.json"), "{");
    await writeFile(join(folder, "run-1.json"), '{"kind":"run","url":"x"}');
    expect(await new Registry(folder).alive()).toEqual([]);
  });

  it("is where the system keeps such things, or beneath the user's home", () => {
    expect(runtimeFolder({ XDG_RUNTIME_DIR: "/run/user/1" })).toBe("/run/user/1/sluice");
    expect(runtimeFolder({ HOME: "/home/u" })).toBe("/home/u/.cache/sluice/run");
    expect(runtimeFolder({ HOME: "/home/u", SLUICE_RUNTIME_DIR: "/own" })).toBe("/own");
    expect(runtimeFolder({})).toBeUndefined();
  });
});

describe("sluice run --watch", () => {
  const extraOf = ({ extra }: { extra?: unknown }) => extra as RunView;

  it("has a page that tells how far it is, pauses it, tells its end, and is the same when it is started again", async () => {
    const requests = await requestsFile(300);
    const output = join(folder, "results.jsonl");
    const argv = ["run", requests, "-o", output, "--base-url", server.url, "--watch", "--no-model-check"];
    server.setLimit(50);
    const first = begin(...argv);
    const { url, token } = await addressOf("run");
    expect(first.err()).toContain(`live page: ${url}`);
    expect(first.err() + first.out()).not.toContain(token);
    const headers = { "sluice-token": token, "content-type": "application/json" };
    const stream = await fetch(`${url}events`, { headers });
    const { messages } = await readUntil(stream, ({ type }) => type === "snapshot");
    const [snapshot] = messages as readonly [Snapshot];
    expect(snapshot.about).toMatchObject({ kind: "run", title: "requests.jsonl" });
    expect(extraOf(snapshot).models[0]).toMatchObject({ total: 300 });
    const pause = await ask(`${url}control`, { method: "POST", headers, body: '{"do":"pause"}' });
    expect(pause.status).toBe(200);
    first.interrupt();
    expect(await first.exit).toBe(130);

    server.setLimit(500);
    const second = begin(...argv);
    const again = await addressOf("run");
    expect(again).toEqual({ url, token });
    const end = await readUntil(await fetch(`${url}events`, { headers }), ({ type }) => type === "ended");
    expect(extraOf(end.messages.at(-1) ?? {}).ending).toMatchObject({
      isGood: true,
      text: expect.stringContaining("300 of 300"),
    });
    expect(await second.exit).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
  });
});

describe("the live page of a proxy", () => {
  it("is for this machine and its own token, whatever token the proxy's clients have", async () => {
    const proxy = beginCommand(["proxy", "--target", `${server.url}/v1`, "--token-env", "T"], {
      ...env(),
      T: "client-token",
    });
    running.push(proxy);
    await proxy.firstLine;
    const { url, token } = await addressOf("proxy");
    expect((await ask(url)).text).toContain("<!doctype html>");
    expect((await ask(`${url}events`, { headers: { "sluice-token": "client-token" } })).status).toBe(401);
    const own = { "sluice-token": token, "content-type": "application/json" };
    const body = '{"do":"pause"}';
    expect(
      (await ask(`${url}control`, { method: "POST", headers: { ...own, origin: "http://evil.example" }, body })).status,
    ).toBe(403);
    expect(
      (await ask(`${url}control`, { method: "POST", headers: { ...own, origin: new URL(url).origin }, body })).status,
    ).toBe(200);
    const { leave } = await readUntil(await fetch(`${url}events`, { headers: own }), ({ type }) => type === "snapshot");
    await leave();
  });
});
