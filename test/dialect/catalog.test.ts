import { describe, expect, test } from "vitest";
import { dialectOf, dialects } from "../../src/dialect/catalog.js";
import { readSignal } from "../../src/dialect/read.js";

describe("finds a dialect", () => {
  test.for([
    ["together", "together"],
    ["Azure-OpenAI", "azure"],
    [" openai ", "openai"],
    ["claude", "anthropic"],
    ["nobody", "generic"],
    ["constructor", "generic"],
    ["", "generic"],
  ] as const)("by the name %j: %s", ([name, wanted]) => {
    expect(dialectOf(name).name).toBe(wanted);
  });

  test.for([
    ["api.together.xyz", "together"],
    ["API.Together.XYZ:443", "together"],
    ["my-resource.openai.azure.com", "azure"],
    ["eu.api.openai.com", "openai"],
    ["models.github.ai", "azure"],
    ["api.github.com", "github"],
    ["bedrock-runtime.eu-central-1.amazonaws.com", "bedrock"],
    ["router.huggingface.co", "huggingface"],
    ["europe-west4-aiplatform.googleapis.com", "google"],
    ["evil-api.openai.com.example.org", "generic"],
    ["notapi.together.ai.example", "generic"],
    ["localhost:8080", "generic"],
  ] as const)("by the host %s: %s", ([host, wanted]) => {
    expect(dialectOf({ host }).name).toBe(wanted);
  });

  test("by the headers, where neither name nor host tells", () => {
    const headers = { "anthropic-ratelimit-requests-limit": "5" };
    expect(dialectOf({ headers }).name).toBe("anthropic");
    expect(dialectOf({ name: "nobody", host: "10.0.0.1", headers }).name).toBe("anthropic");
    expect(dialectOf({ headers: { "x-ratelimit-limit": "5" } }).name).toBe("generic");
  });

  test("a host of models before the maker whose headers it hands on", () => {
    const headers = { "openai-version": "2020-10-01", "x-ratelimit-renewalperiod-requests": "60" };
    expect(dialectOf({ headers }).name).toBe("azure");
    expect(dialectOf({ headers: { "openai-version": "2020-10-01" } }).name).toBe("openai");
  });

  test("what is asked for counts more than the host, and the host more than the headers", () => {
    const headers = { "x-github-request-id": "1" };
    expect(dialectOf({ name: "xai", host: "api.openai.com", headers }).name).toBe("xai");
    expect(dialectOf({ host: "api.openai.com", headers }).name).toBe("openai");
  });
});

test("each name, alias and host belongs to one dialect", () => {
  const taken = new Set<string>();
  for (const { name, aliases = [], hosts = [] } of dialects) {
    for (const word of [name, ...aliases, ...hosts.map((host) => `host ${host}`)]) {
      expect(taken.has(word), word).toBe(false);
      taken.add(word);
    }
  }
});

test("the names in a table are such that headers can match them", () => {
  for (const dialect of dialects) {
    const rows = (dialect.quotas ?? []).flatMap((row) =>
      [row.limit, row.remaining, row.used, row.reset, row.window, row.resetShared].flat(),
    );
    const waits = (dialect.waits ?? []).map(({ name }) => name);
    for (const name of [...rows, ...waits, ...(dialect.signs ?? [])]) {
      if (name !== undefined) expect(name, dialect.name).toMatch(/^[a-z0-9_-]+$/);
    }
    // A pattern that remembers where it was would read every second response.
    for (const rule of dialect.refusals ?? []) expect(rule.words?.flags ?? "").not.toMatch(/[gy]/);
    for (const rule of dialect.refusals ?? [])
      for (const code of rule.codes ?? []) expect(code).toBe(code.toLowerCase());
  }
});

test("a dialect of one's own is a table of data", () => {
  const own = {
    name: "own",
    quotas: [
      { dimension: "frames", limit: "x-frames-max", remaining: "x-frames-left", reset: "x-frames-in", windowMs: 1_000 },
    ],
    refusals: [{ statuses: [418], outcome: "throttled", dimension: "frames" }],
  } as const;
  const headers = { "X-Frames-Max": "24", "X-Frames-Left": "0", "X-Frames-In": "0.5" };
  expect(readSignal({ status: 418, headers }, { provider: own })).toEqual({
    outcome: "throttled",
    retryAfterMs: 500,
    retryAfterDerived: true,
    refused: { dimension: "frames" },
    quotas: [{ dimension: "frames", limit: 24, remaining: 0, resetInMs: 500, windowMs: 1_000 }],
  });
});
