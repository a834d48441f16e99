import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readLimits } from "../../../src/cli/limits/understood.js";

interface Recorded {
  readonly id: string;
  readonly response: { readonly status: number; readonly headers: Record<string, string>; readonly body: unknown };
}

const recorded = readFileSync(new URL("../../dialect/responses.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Recorded);

const names = (headers: readonly { readonly name: string }[]) => headers.map(({ name }) => name);

describe("readLimits", () => {
  it("tells the headers that the signal is made of from those that only look like it", () => {
    const reading = readLimits({
      status: 200,
      host: "api.openai.com",
      headers: {
        date: "Thu, 06 Jun 2024 18:17:42 GMT",
        "content-type": "application/json",
        "x-ratelimit-limit-requests": "60",
        "x-ratelimit-remaining-requests": "59",
        "x-ratelimit-reset-requests": "1s",
        "x-frobnication-quota": "7",
      },
    });
    expect(names(reading.understood)).toEqual([
      "x-ratelimit-limit-requests",
      "x-ratelimit-remaining-requests",
      "x-ratelimit-reset-requests",
    ]);
    expect(reading.notUnderstood).toEqual([{ name: "x-frobnication-quota", value: "7" }]);
    expect(reading.signal.quotas).toMatchObject([{ dimension: "requests", limit: 60, remaining: 59 }]);
    expect(reading.dialect.name).toBe("openai");
  });

  it("understands a header that another one repeats", () => {
    const headers = { "retry-after": "2", "retry-after-ms": "2000" };
    expect(names(readLimits({ status: 429, headers }).understood).sort()).toEqual(["retry-after", "retry-after-ms"]);
  });

  it("finds some header for whatever recorded responses state, and never one that isn't there", () => {
    expect(recorded.length).toBeGreaterThan(100);
    for (const { id, response } of recorded) {
      const { understood, notUnderstood, signal } = readLimits(response);
      const known = new Set(Object.keys(response.headers).map((name) => name.toLowerCase()));
      for (const name of names([...understood, ...notUnderstood])) expect(known, id).toContain(name);
      expect(names(understood).filter((name) => names(notUnderstood).includes(name))).toEqual([]);
      // A body may state quotas, too.
      if (signal.quotas.length > 0 && response.body === null) expect(understood, id).not.toEqual([]);
    }
  });
});
