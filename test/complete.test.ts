import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkPaceOptions, checkRequestOptions, completeOptions } from "../src/complete.js";
import { isSluiceError, type SluiceError } from "../src/errors.js";
import { createSluice } from "../src/sluice.js";

/** The error of a call, which must be one of an option. */
function refusal(call: () => unknown): SluiceError {
  try {
    call();
  } catch (error) {
    if (isSluiceError(error) && error.code === "ERR_SLUICE_OPTION") return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

/** `{ a: { b: value } }` of `a.b`. */
function at(path: string, value: unknown): object {
  return path.split(".").reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as object;
}

const above = (low: number, high = Number.MAX_VALUE) => ({ bad: [low, -1, high * 2], good: [low + 1e-6, high / 2] });
const from = (low: number, high: number) => ({ bad: [low - 1, high + 1], good: [low, high] });
const whole = (low: number, high: number) => ({ bad: [low - 1, high + 1, low + 0.5], good: [low, high] });

/** Every option that is a number, with values at both sides of each bound. */
const NUMBERS: Readonly<Record<string, { readonly bad: readonly number[]; readonly good: readonly number[] }>> = {
  "control.rateInitial": { bad: [0, -1, 1e9 + 1], good: [1e-9, 1e9] },
  "control.rateMin": { bad: [0, -1, 1e9 + 1], good: [1e-9, 1e9] },
  "control.rateMax": { bad: [0, -1, 1e9 + 1], good: [1e-9, 1e9] },
  "control.epochMs": above(0),
  "control.multiplicativeDecrease": { bad: [0, 1, -0.1, 1.1], good: [1e-6, 0.999] },
  "control.burst": from(1, 1_000),
  "control.startDoublingMs": above(0),
  "retry.attemptsMax": whole(1, 10_000),
  "retry.budgetRatio": from(0, 100),
  "retry.backoffInitialMs": above(0),
  "retry.backoffMaxMs": above(0),
  "retry.retryAfterMaxMs": { bad: [-1], good: [0, 1e9] },
  "queue.sizeMax": whole(0, 1e7),
  "queue.waitMaxMs": { bad: [-1], good: [0, 1e9] },
  deadlineMs: { bad: [-1], good: [0, 1e9] },
  attemptTimeoutMs: above(0),
  concurrencyMax: whole(1, 1e6),
  keysMax: whole(1, 1e7),
  keyIdleMs: above(0),
};

const OTHERS: Readonly<Record<string, readonly unknown[]>> = {
  provider: ["", 5, {}, "openia"],
  "control.law": ["vegas", 5],
  "control.preset": ["wild", 5],
  "control.additiveIncrease": [1, 0, "1"],
  budgets: [5, {}],
  "budgets.0": [[5]],
  key: ["me"],
  cost: [{ tokens: 1 }],
  onReject: ["maybe", 5],
  fetch: ["https://example.com"],
  state: [{}, 5, { version: 2 }, { version: 1, takenAtMs: 0, keys: 5 }, { version: 1, takenAtMs: 0, keys: [{}] }],
  clock: [{}, 5, { now: 1, wallNow: 2, after: 3 }],
  random: [0.5],
};

const SECRET = "sk-proj-3f8a9b2c1d4e5f60718293a4b5c6d7e8";

describe("the options of createSluice", () => {
  it.each(Object.entries(NUMBERS))("%s keeps to its range, and its error names it", (path, { bad, good }) => {
    for (const value of good) expect(() => completeOptions(at(path, value)), `${value}`).not.toThrow();
    for (const value of [...bad, Number.NaN, Infinity, "1", null, true]) {
      const { message } = refusal(() => completeOptions(at(path, value) as object));
      expect(message).toContain(`${path} must be`);
    }
  });

  it.each(Object.entries(OTHERS))("%s is refused where it is something else", (path, values) => {
    for (const value of values) {
      const given = path === "budgets.0" ? { budgets: value } : at(path, value);
      expect(refusal(() => createSluice(given)).message).toContain(`${path} must be`);
    }
  });

  it("tells an unknown name, wherever it stands", () => {
    for (const path of ["rates", "control.rate", "queue.size", "retry.max"]) {
      expect(refusal(() => completeOptions(at(path, 1))).message).toBe(`unknown option ${path}`);
    }
  });

  it("takes what is absent but undefined for absent", () => {
    const undefinedAll = [...Object.keys(NUMBERS), ...Object.keys(OTHERS)].filter((path) => path !== "budgets.0");
    for (const path of undefinedAll) {
      const { random: _, ...given } = completeOptions(at(path, undefined));
      const { random: __, ...byDefault } = completeOptions();
      expect(given).toEqual(byDefault);
    }
  });

  it("refuses nothing for a default that the user never wrote", () => {
    expect(completeOptions({ control: { rateMax: 0.01 } }).control).toMatchObject({ rateMin: 0.01, rateInitial: 0.01 });
    expect(completeOptions({ control: { rateInitial: 0.01 } }).control).toMatchObject({ rateInitial: 0.01 });
    expect(completeOptions({ control: { rateMin: 5 } }).control).toMatchObject({ rateInitial: 5 });
    expect(completeOptions({ retry: { backoffMaxMs: 500 } }).retry).toMatchObject({ backoffInitialMs: 500 });
    expect(completeOptions({ retry: { backoffInitialMs: 60_000 } }).retry).toMatchObject({ backoffMaxMs: 60_000 });
  });

  it.each([
    [{ control: { rateMin: 3, rateMax: 2 } }, "control.rateMin must be at most control.rateMax, got 3"],
    [{ control: { rateInitial: 3, rateMax: 2 } }, "control.rateInitial must be at most control.rateMax, got 3"],
    [{ control: { rateInitial: 1, rateMin: 2 } }, "control.rateInitial must be at least control.rateMin, got 1"],
    [
      { retry: { backoffInitialMs: 2, backoffMaxMs: 1 } },
      "retry.backoffMaxMs must be at least retry.backoffInitialMs, got 1",
    ],
  ])("refuses what contradicts itself: %o", (options, message) => {
    expect(refusal(() => completeOptions(options)).message).toBe(message);
  });

  it("never repeats a secret, nor a text without end, whatever is put wherever", () => {
    const paths = [...Object.keys(NUMBERS), ...Object.keys(OTHERS), "control", "retry", "queue", "surprise"];
    const anything = fc.oneof(
      fc.constantFrom(SECRET, SECRET.repeat(99), { [SECRET]: SECRET }, [SECRET], 10n ** 500n, Symbol(SECRET)),
      fc.anything(),
    );
    fc.assert(
      fc.property(fc.constantFrom(...paths), anything, (path, value) => {
        try {
          createSluice(at(path, value));
        } catch (error) {
          if (!isSluiceError(error)) throw error;
          expect(error.code).toBe("ERR_SLUICE_OPTION");
          expect(error.message.length).toBeLessThan(200);
          expect(error.message).not.toContain(SECRET);
        }
      }),
    );
  });
});

describe("dice", () => {
  it("are in [0, 1) whatever a user's own generator gives", () => {
    for (const [given, kept] of [
      [Number.NaN, 0.5],
      [1, 1 - 2 ** -53],
      [-3, 0.5],
      [7, 0.5],
      [0.25, 0.25],
      [0, 0],
    ] as const) {
      expect(completeOptions({ random: () => given }).random()).toBe(kept);
    }
  });
});

describe("the options of a request", () => {
  it.each([
    ["key", [5, ""]],
    ["cost", [5, [], null]],
    ["priority", [Number.NaN, Infinity, "1"]],
    ["tenant", [5]],
    ["deadlineMs", [-1, Number.NaN, Infinity, "1"]],
    ["waitMaxMs", [-1, Number.NaN, Infinity, "1"]],
    ["attemptTimeoutMs", [0, -1, Infinity]],
    ["signal", [{}, 5]],
    ["facts", [{}, 5]],
  ])("refuse a wrong %s", (name, values) => {
    for (const value of values) {
      expect(refusal(() => checkRequestOptions({ [name]: value })).message).toContain(`${name} must be`);
      expect(refusal(() => checkPaceOptions({ [name]: value })).message).toContain(`${name} must be`);
    }
  });

  it.each([-1, Number.NaN, Infinity, "9", null])("name the member of a cost that is %j", (units) => {
    const cost = { requests: 2, images: undefined, tokens: units } as never;
    const message = `cost.tokens must be a finite number, 0 or more, got ${JSON.stringify(units) === '"9"' ? '"9"' : units}`;
    expect(refusal(() => checkRequestOptions({ cost })).message).toBe(message);
    expect(refusal(() => checkPaceOptions({ cost })).message).toBe(message);
  });

  it.each([
    ["ordered", [1]],
    ["bufferMax", [0, 1.5, 1e7 + 1]],
    ["onFailure", [1]],
  ])("refuse a wrong %s of a stream", (name, values) => {
    for (const value of values) {
      expect(refusal(() => checkPaceOptions({ [name]: value })).message).toContain(`${name} must be`);
    }
  });
});

describe("pause, resume and cap", () => {
  it("refuse a key that is none, and a rate out of range", () => {
    const sluice = createSluice();
    for (const key of ["", 5, null] as never[]) {
      expect(refusal(() => sluice.pause(key)).message).toContain("key must be");
      expect(refusal(() => sluice.resume(key)).message).toContain("key must be");
      expect(refusal(() => sluice.cap(key, 1)).message).toContain("key must be");
    }
    for (const rate of [0, -1, Number.NaN, 1e9 + 1, "5"] as never[]) {
      expect(refusal(() => sluice.cap("k", rate)).message).toContain("ratePerSecond must be");
    }
  });
});
