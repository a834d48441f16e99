import * as conventions from "@opentelemetry/semantic-conventions/incubating";
import { describe, expect, it } from "vitest";
import { methodOf, providerOf } from "../../../src/adapter/otel/convention.js";
import { ATTRIBUTES, METRICS } from "../../../src/adapter/otel/names.js";
import { dialects } from "../../../src/dialect/catalog.js";

const known = new Set<unknown>(Object.values(conventions));
const isOurs = (name: string) => name.startsWith("sluice.");

describe("the names", () => {
  it("are those of the semantic conventions, or begin with sluice", () => {
    const names = [...Object.values(ATTRIBUTES), ...Object.values(METRICS).map(({ name }) => name)];
    expect(names.filter((name) => !isOurs(name) && !known.has(name))).toEqual([]);
    expect(names.filter((name) => !isOurs(name)).length).toBeGreaterThan(15);
  });

  it("don't take a name that the conventions have given to something else", () => {
    expect(Object.values(conventions).filter((name) => typeof name === "string" && isOurs(name))).toEqual([]);
  });

  it("have the units that the conventions ask for: seconds, tokens, and UCUM annotations", () => {
    expect(Object.fromEntries(Object.values(METRICS).map(({ name, unit }) => [name, unit]))).toMatchObject({
      "http.client.request.duration": "s",
      "http.client.active_requests": "{request}",
      "gen_ai.client.operation.duration": "s",
      "gen_ai.client.token.usage": "{token}",
    });
    for (const { unit } of Object.values(METRICS)) expect(unit).toMatch(/^(s|\{[a-z]+\}(\/s)?)$/);
  });
});

describe("the name of a provider", () => {
  const given: readonly unknown[] = Object.entries(conventions)
    .filter(([name]) => name.startsWith("GEN_AI_PROVIDER_NAME_VALUE_"))
    .map(([, value]) => value);

  it("is the conventions' where they know it", () => {
    const theirs = dialects.map(({ name }) => providerOf(name)).filter((name) => given.includes(name));
    expect(new Set(theirs)).toEqual(
      new Set([
        ...["anthropic", "aws.bedrock", "azure.ai.openai", "cohere", "deepseek", "gcp.gemini", "groq", "mistral_ai"],
        ...["openai", "perplexity", "x_ai"],
      ]),
    );
  });

  it("is the dialect's own elsewhere, whatever the year of its headers, and none where they are a proxy's", () => {
    expect(["together-2025", "fireworks", "ours"].map(providerOf)).toEqual(["together", "fireworks", "ours"]);
    expect(["ietf", "envoy", "generic", undefined].map(providerOf)).toEqual(Array(4).fill("_OTHER"));
  });
});

describe("the name of a method", () => {
  it("is one of those that are told apart", () => {
    expect(["POST", "PURGE", "constructor"].map(methodOf)).toEqual(["POST", "_OTHER", "_OTHER"]);
  });
});
