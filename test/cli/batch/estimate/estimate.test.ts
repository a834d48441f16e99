import { describe, expect, it } from "vitest";
import { describeEstimate, sumOf } from "../../../../src/cli/batch/estimate/dry-run.js";
import { Estimate } from "../../../../src/cli/batch/estimate/estimate.js";
import { readPrices } from "../../../../src/cli/batch/estimate/prices.js";
import { isProblem } from "../../../../src/cli/batch/requests/batch-line.js";
import { Router } from "../../../../src/cli/batch/servers.js";
import type { SluiceOptions } from "../../../../src/options.js";

const TOGETHER = "https://api.together.xyz/v1";
const PRICES = readPrices(["1", "e=0.5"], ["2"]);

function estimateOf(baseUrl: string, requests: readonly [url: string, body: object][], options: SluiceOptions = {}) {
  const router = new Router([{ baseUrl: new URL(baseUrl) }]);
  const estimate = new Estimate(PRICES, options);
  for (const [url, body] of requests) {
    const { model } = { model: "m", ...body };
    const routed = router.route({ line: 1, customId: "a", form: "openai", url, model, body });
    if (isProblem(routed)) throw new Error(routed.message);
    estimate.add(routed);
  }
  return estimate;
}

const chat = (characters: number, bound?: object): [string, object] => [
  "/v1/chat/completions",
  { model: "m", messages: "x".repeat(characters), ...bound },
];
const EMBEDDING: [string, object] = ["/v1/embeddings", { model: "e", input: "x".repeat(4_000) }];

describe("Estimate", () => {
  it("reckons tokens by length and by what requests allow, time by the provider's guide, dollars by price", () => {
    const requests = Array.from({ length: 100 }, () => chat(4_000, { max_tokens: 500 }));
    const [lane] = estimateOf(TOGETHER, requests).lanes(() => false);
    expect(lane).toMatchObject({ model: "m", requests: 100, outputTokensMax: 50_000, unbounded: 0 });
    expect(lane).toMatchObject({ ratePerSecond: 10, seconds: 10 });
    expect(lane?.inputTokens).toBeGreaterThan(100_000);
    expect(lane?.inputTokens).toBeLessThan(103_000);
    expect(lane?.dollars).toBeCloseTo(((lane?.inputTokens ?? 0) * 1 + 50_000 * 2) / 1e6, 9);
    expect(lane?.batchDollars).toBeCloseTo((lane?.dollars ?? 0) / 2, 9);
  });

  it("counts apart what states no bound, and none for embeddings", () => {
    const lanes = estimateOf(TOGETHER, [chat(8), chat(8, { max_completion_tokens: 7 }), EMBEDDING]).lanes(() => false);
    expect(lanes).toMatchObject([
      { model: "m", outputTokensMax: 7, unbounded: 1 },
      { model: "e", outputTokensMax: 0, unbounded: 0, ratePerSecond: 5 },
    ]);
    expect(lanes[1]?.dollars).toBeCloseTo((0.5 * (lanes[1]?.inputTokens ?? 0)) / 1e6, 9);
    expect(sumOf(lanes)).toMatchObject({ requests: 3, unbounded: 1, seconds: 0.2 });
  });

  it("knows no time where nothing is known of the server, and takes the user's own limit for one", () => {
    expect(estimateOf("http://localhost:1", [chat(8)]).lanes(() => false)[0]).not.toHaveProperty("seconds");
    const [own] = estimateOf("http://localhost:1", [chat(8)], { control: { rateMax: 0.5 } }).lanes(() => false);
    expect(own).toMatchObject({ seconds: 2 });
    expect(estimateOf(TOGETHER, [chat(8)], { control: { rateMax: 2 } }).lanes(() => false)[0]).toMatchObject({
      seconds: 0.5,
    });
    expect(estimateOf(TOGETHER, [chat(8)]).lanes((name) => name === "m")).toEqual([]);
  });

  it("is a table for people, which fits 80 columns", () => {
    const lanes = estimateOf(TOGETHER, [chat(8), chat(8, { max_tokens: 7 }), EMBEDDING]).lanes(() => false);
    const text = describeEstimate(lanes, (_, each) => each);
    expect(
      text
        .split("\n")
        .slice(0, 4)
        .map((line) => line.split(/ {2,}/)),
    ).toEqual([
      ["model", "requests", "tokens in", "tokens out", "rate", "time", "cost", "as a batch"],
      [
        "m",
        "2",
        expect.stringMatching(/^~\d+$/),
        "≤7",
        "10.0/s",
        "0s",
        expect.stringMatching(/^\$/),
        expect.any(String),
      ],
      ["e", "1", expect.stringMatching(/^~1\d{3}$/), "≤0", "5.0/s", "0s", "$0.00050", "$0.00025"],
      expect.arrayContaining(["all", "3"]),
    ]);
    expect(text).toContain("1 request without max_tokens");
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(82);
  });
});

describe("readPrices", () => {
  it("takes one price for all, and others for models by name", () => {
    const prices = readPrices(["0.88", "a=b=1"], []);
    expect(prices.of("x")).toEqual({ input: 0.88, output: 0 });
    expect(prices.of("a=b")).toEqual({ input: 1, output: 0 });
    expect(readPrices([], []).of("x")).toBeUndefined();
  });

  it.each(["", "m=", "-1", "1e3", "free", "m=NaN"])("refuses %j", (text) => {
    expect(() => readPrices([], [text])).toThrow(
      `--price-out must be dollars for a million tokens, such as 0.88 or MODEL=0.88, got '${text}'`,
    );
  });
});
