import { execFile, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { beforeEach, describe, expect, it } from "vitest";
import { startServer } from "../../simulations/server/http.js";
import { answer, closeAfterEach, errorIn, openProxy, openTarget, textOf } from "./proxy/stage.js";

closeAfterEach();

const MODEL = "meta-llama/Llama-3.3-70B-Instruct-Turbo";
const [section = ""] = /^## As a proxy\n[\s\S]+?(?=^## )/m.exec(readFileSync("README.md", "utf8")) ?? [];

/** The first block of the README's section that is of a language and has a word in it, for a proxy that stands elsewhere. */
function fromReadme(language: string, word: string, url: string): string {
  const blocks = [...section.matchAll(/^```(\w+)\n([\s\S]+?)^```/gm)].filter(([, name]) => name === language);
  const [, , text = ""] = blocks.find(([, , text]) => text?.includes(word)) ?? [];
  expect(text).toContain("http://127.0.0.1:8080");
  return text.replaceAll("http://127.0.0.1:8080", url).replaceAll("MODEL", MODEL);
}

async function run(program: string, ...argv: readonly string[]): Promise<string> {
  const env = { ...process.env, TOGETHER_API_KEY: "key-of-a-test" };
  const { stdout } = await promisify(execFile)(program, argv, { env, timeout: 15_000, maxBuffer: 1e8 });
  return stdout;
}

/** Whether a program is there. In CI it must be. */
function has(program: string): boolean {
  const isThere = spawnSync(program, ["--version"]).status === 0;
  if (!isThere && process.env["CI"] === "true") throw new Error(`${program} is missing: the tests need it`);
  if (!isThere) process.stderr.write(`\n${program} is missing: its tests are SKIPPED\n`);
  return isThere;
}

async function openApi() {
  const server = await startServer({
    latency: { firstByteMs: 1, perTokenMs: 0 },
    limit: { kind: "gcra", requestsPerSecond: 100 },
  });
  const proxy = await openProxy(`${server.url}/v1`);
  return { ...proxy, close: () => server.close() };
}

describe.skipIf(!has("curl"))("curl through the proxy", () => {
  it("asks as the README has it, and for a stream", async () => {
    const { url, close } = await openApi();
    const lines = fromReadme("sh", "curl", url);
    expect(JSON.parse(await run("sh", "-c", lines)).choices[0].message.content).toBeTruthy();
    const streamed = await run(
      "sh",
      "-c",
      lines.replace('{"model"', '{"stream": true, "model"').replace("curl", "curl -N"),
    );
    expect(streamed).toMatch(/^data: \{[\s\S]+data: \[DONE\]\n\n$/);
    await close();
  });

  it("waits for leave to send a long body, and sees why it may not", async () => {
    const target = await openTarget(async (request, response) => answer(response, 200, (await textOf(request)).length));
    const { url } = await openProxy(target, { argv: ["--body-max", "4"] });
    const send = (length: number, ...more: string[]) =>
      run("sh", "-c", `head -c ${length} /dev/zero | curl -sS ${more.join(" ")} --data-binary @- ${url}/v1/files`);
    expect(await send(3_000_000)).toBe("3000000");
    expect(await send(3_000_000, "-H 'transfer-encoding: chunked'")).toBe("3000000");
    expect(errorIn(await send(5_000_000)).code).toBe("ERR_PROXY_BODY_TOO_LARGE");
    expect(errorIn(await send(5_000_000, "-H 'expect:'")).code).toBe("ERR_PROXY_BODY_TOO_LARGE");
  });

  it("unpacks what was packed, and can't climb out", async () => {
    const { gzipSync } = await import("node:zlib");
    const target = await openTarget((_, response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("hello"));
    });
    const { url } = await openProxy(`${target}/v1`);
    expect(await run("curl", "-sS", "--compressed", `${url}/v1/x`)).toBe("hello");
    expect(errorIn(await run("curl", "-sS", "--path-as-is", `${url}/v1/../admin`)).code).toBe("ERR_PROXY_PATH");
    expect(errorIn(await run("curl", "-sS", "--proxy", url, "http://other.example/v1/x")).code).toMatch(/HOST|TARGET/);
  });
});

const CLIENT = `
import http.client, json, sys
host = sys.argv[1]
`;

describe.skipIf(!has("python3"))("Python's standard library through the proxy", () => {
  let seen: IncomingMessage[] = [];
  beforeEach(() => {
    seen = [];
  });
  const python = (code: string, url: string) => run("python3", "-c", CLIENT + code, new URL(url).host);

  it("asks as the README has it", async () => {
    const { url, close } = await openApi();
    expect(await run("python3", "-c", fromReadme("python", "urllib", url))).toMatch(/\w+/);
    await close();
  });

  it("reads a stream as it comes, and leaves it", async () => {
    let hasLeft = (): void => {};
    const left = new Promise<void>((resolve) => {
      hasLeft = resolve;
    });
    const target = await openTarget((request, response) => {
      seen.push(request);
      response.on("close", hasLeft).writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: 1\n\n");
    });
    const { url } = await openProxy(target);
    const code = `
connection = http.client.HTTPConnection(host, timeout=10)
connection.request("POST", "/v1/chat/completions", json.dumps({"model": "m", "stream": True}), {"sluice-priority": "5"})
print(connection.getresponse().readline().decode(), end="")
connection.close()
`;
    expect(await python(code, url)).toBe("data: 1\n");
    await left;
    expect(seen[0]?.headers["sluice-priority"]).toBeUndefined();
  });

  it("sends a body in pieces, again and again over one connection, and reads errors", async () => {
    const target = await openTarget(async (request, response) => {
      const text = await textOf(request);
      if (text.length < 3) answer(response, 400, { error: { message: "too short" } });
      else answer(response, 200, text);
    });
    const { url } = await openProxy(target);
    const code = `
connection = http.client.HTTPConnection(host, timeout=10)
for body in (iter([b"ab", b"cd"]), b"a", b"xyz"):
    connection.request("POST", "/v1/x", body, encode_chunked=not isinstance(body, bytes))
    response = connection.getresponse()
    print(response.status, json.load(response))
`;
    expect(await python(code, url)).toBe("200 abcd\n400 {'error': {'message': 'too short'}}\n200 xyz\n");
  });
});
