import { describe, expect, it } from "vitest";
import { readServers } from "../../../src/cli/batch/read-servers.js";
import type { BatchRequest } from "../../../src/cli/batch/requests/batch-line.js";
import { isKeyOf, Router, type Server } from "../../../src/cli/batch/servers.js";
import { createSluice } from "../../../src/sluice.js";

const TOGETHER = "https://api.together.xyz/v1";
const ANTHROPIC = "https://api.anthropic.com";
const ENV = { A: "key-a", B: "key-b" };
const REQUEST: BatchRequest = {
  ...{ line: 3, customId: "a", form: "openai", url: "/v1/chat/completions", model: "m", body: {} },
};

const serverAt = (url: string): Server => ({ baseUrl: new URL(url), apiKey: "k" });
const route = (servers: readonly Server[], part: Partial<BatchRequest> = {}) =>
  new Router(servers).route({ ...REQUEST, ...part });

describe("Router", () => {
  it("sends a path to the first server, with its key", () => {
    expect(route([serverAt(TOGETHER), serverAt("https://b.example")])).toMatchObject({
      href: "https://api.together.xyz/v1/chat/completions",
      headers: { authorization: "Bearer k", "content-type": "application/json" },
      lane: { name: "m @api.together.xyz", model: "m" },
    });
  });

  it("sends a whole address to its own server alone", () => {
    const servers = [serverAt(TOGETHER), { baseUrl: new URL("https://b.example/v1"), apiKey: "b" }];
    expect(route(servers, { url: "https://b.example/v1/embeddings" })).toMatchObject({
      href: "https://b.example/v1/embeddings",
      headers: { authorization: "Bearer b" },
    });
    expect(route(servers, { url: "https://elsewhere.example/v1/embeddings" })).toMatchObject({
      code: "invalid_url",
      message: expect.stringMatching(
        /^line 3: url must .* --base-url \(https:\/\/api.together.xyz, https:\/\/b.example\)/,
      ),
    });
  });

  it("sends Anthropic's form to Anthropic, where that is among the servers, with the headers it wants", () => {
    const sent = route([serverAt(TOGETHER), serverAt(ANTHROPIC)], { form: "anthropic", url: "/v1/messages" });
    expect(sent).toMatchObject({
      href: "https://api.anthropic.com/v1/messages",
      headers: { "x-api-key": "k", "anthropic-version": "2023-06-01" },
    });
    expect("headers" in sent && sent.headers["authorization"]).toBeUndefined();
  });

  it("names a lane by its model alone where there is one server, and keeps one lane a model", () => {
    const router = new Router([serverAt(TOGETHER)]);
    const [a, b] = [router.route(REQUEST), router.route({ ...REQUEST, url: "/v1/completions" })];
    expect(a).toMatchObject({ lane: { name: "m" } });
    expect("lane" in a && "lane" in b && a.lane === b.lane).toBe(true);
  });

  it.each(["m", "meta-llama/Llama-3|x", "a\u0007b", "x".repeat(300)])(
    "knows its rows among a sluice's: %j",
    async (model) => {
      const sluice = createSluice({ fetch: async () => Response.json({}) });
      const routed = route([serverAt(TOGETHER)], { model, body: { model } });
      if (!("lane" in routed)) throw new Error("a good line");
      const { href, headers, body, lane } = routed;
      const ask = async (...request: Parameters<typeof sluice.fetch>) => (await sluice.fetch(...request)).text();
      await ask(href, { method: "POST", headers, body: JSON.stringify(body) });
      await ask("https://api.together.xyz/v1/x", { method: "POST", body: '{"model":"other"}' });
      const known = sluice.budgets().filter(({ key, dimension }) => dimension === "requests" && isKeyOf(lane, key));
      expect(known.map(({ accepted }) => accepted)).toContain(1);
      expect(sluice.budgets().length).toBeGreaterThan(known.length);
      await sluice.close();
    },
  );
});

describe("readServers", () => {
  it("gives each server the key in its place", () => {
    expect(readServers([TOGETHER, ANTHROPIC, "http://localhost:1"], ["A", ""], ENV)).toMatchObject([
      { apiKey: "key-a" },
      { apiKey: undefined },
      { apiKey: undefined },
    ]);
  });

  it.each([
    [[], [], /--base-url is missing/],
    [[TOGETHER], ["A", "B"], /--api-key-env B: each belongs to one --base-url/],
    [[TOGETHER, "https://api.together.xyz/v2"], [], /--base-url https:\/\/api.together.xyz is there twice/],
    [["x"], [], /must be an http or https URL, got 'x'/],
    [[TOGETHER], ["NONE"], /NONE: there is no such variable/],
  ])("refuses %j with keys %j", (urls, keys, message) => {
    expect(() => readServers(urls, keys, ENV)).toThrow(message);
  });
});
