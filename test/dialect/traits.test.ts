import { describe, expect, test } from "vitest";
import { dialectOf } from "../../src/dialect/catalog.js";
import { traitsOf } from "../../src/dialect/traits.js";

describe("what is known of limits that no response says", () => {
  test("Together counts by the second and follows the sender's use", () => {
    expect(traitsOf(dialectOf("together"), "requests")).toEqual({
      windowMs: 1_000,
      isPerSecond: true,
      followsUsage: true,
    });
    expect(traitsOf(dialectOf("together"), "tokens", "dynamic")).toMatchObject({
      isPerSecond: true,
      chargesEstimate: true,
    });
  });

  test("its remaining of 2025 covered two seconds", () => {
    expect(traitsOf(dialectOf("together-2025"), "requests").depth).toBe(2);
  });

  test("Groq's requests are a day's, but a minute's where a refusal says so", () => {
    expect(traitsOf(dialectOf("groq"), "requests")).toEqual({ kind: "refill", windowMs: 86_400_000 });
    expect(traitsOf(dialectOf("groq"), "requests", "minute")).toEqual({ kind: "refill", windowMs: 60_000 });
  });

  test("the special is laid over the general", () => {
    const dialect = {
      name: "own",
      traits: [
        { traits: { kind: "window", depth: 3 } },
        { dimension: "tokens", traits: { depth: 2 } },
        { dimension: "tokens", scope: "day", traits: { windowMs: 86_400_000 } },
      ],
    } as const;
    expect(traitsOf(dialect, "requests")).toEqual({ kind: "window", depth: 3 });
    expect(traitsOf(dialect, "tokens")).toEqual({ kind: "window", depth: 2 });
    expect(traitsOf(dialect, "tokens", "day")).toEqual({ kind: "window", depth: 2, windowMs: 86_400_000 });
  });

  test("of an unknown server nothing is known", () => {
    expect(traitsOf(dialectOf("generic"), "requests")).toEqual({});
  });
});
