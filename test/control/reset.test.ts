import { describe, expect, test } from "vitest";
import { isWindowSure } from "../../src/control/length.js";
import { createReset, type ResetSample, type ResetState, readReset } from "../../src/control/reset.js";
import { isAtEdge, readWindow, rollWindow, windowEnd } from "../../src/control/window.js";

/** Samples of a bucket of `limit` each `window`, drained at twice its refill. */
function* refillSamples(limit: number, window: number, round = (value: number) => value): Generator<ResetSample> {
  const rate = limit / window;
  for (let index = 1; ; index += 1) {
    const sentAt = index / (2 * rate);
    const remaining = limit - index / 2;
    yield { sentAt, limit, remaining: Math.floor(remaining), resetIn: round((limit - Math.floor(remaining)) / rate) };
  }
}

/** Samples of a window that began at `phase`, one each second. */
function* windowSamples(
  limit: number,
  window: number,
  phase: number,
  round = (value: number) => value,
): Generator<ResetSample> {
  for (let sentAt = phase + 3.3; ; sentAt += 1) {
    const inside = (sentAt - phase) % window;
    yield { sentAt, limit, remaining: limit - Math.ceil(inside), resetIn: round(window - inside) };
  }
}

/** Samples of windows that each begin with the first request after the one before, as limiters in a server's own code have them. */
function* limiterSamples(
  limit: number,
  window: number,
  resetOf: (end: number, now: number) => number,
): Generator<ResetSample> {
  let [begun, used] = [0.37, 0];
  for (let sentAt = begun; ; sentAt += (0.97 * window) / limit) {
    if (sentAt >= begun + window) [begun, used] = [sentAt, 0];
    used += 1;
    yield { sentAt, limit, remaining: limit - used, resetIn: resetOf(begun + window, sentAt) };
  }
}

/** How they write it: seconds rounded up; or the instant, rounded up, against a `Date` header, rounded down. */
const ROUNDINGS = [
  (end: number, now: number) => Math.ceil(end - now),
  (end: number, now: number) => Math.ceil(end) - Math.floor(now),
] as const;

function read(state: ResetState, samples: Iterable<ResetSample>, count: number): ResetState {
  let next = state;
  let left = count;
  for (const sample of samples) {
    if (left-- === 0) break;
    next = readReset(next, sample);
    if (next.kind === "window") next = readWindow(next, sample, sample.sentAt).reset;
    next = { ...next, previous: sample };
  }
  return next;
}

function* takeUntil(samples: Iterable<ResetSample>, until: number): Generator<ResetSample> {
  for (const sample of samples) {
    if (sample.sentAt > until) return;
    yield sample;
  }
}

const unknown = createReset({});

describe("the meaning of a reset that nobody documents", () => {
  test("is the time to refill where it shrinks and grows with what was used", () => {
    const learnt = read(unknown, refillSamples(600, 60), 12);
    expect(learnt.kind).toBe("refill");
    expect(learnt.window).toBe(60);
    expect(isWindowSure(learnt)).toBe(true);
  });

  test("is a window's end where it stays put while time passes", () => {
    for (const round of [(value: number) => value, Math.ceil, Math.floor, Math.round]) {
      const learnt = read(unknown, windowSamples(600, 60, 0, round), 30);
      expect(learnt.kind).toBe("window");
      expect(learnt.window).toBe(60);
      expect(Math.abs((learnt.end ?? 0) - 60)).toBeLessThanOrEqual(1);
    }
  });

  test("is a hint after one answer, and acted on after four that agree", () => {
    for (const samples of [refillSamples(600, 60), windowSamples(600, 60, 0)]) {
      let state = unknown;
      const sure: boolean[] = [];
      for (const sample of samples) {
        state = { ...readReset(state, sample), previous: sample };
        sure.push(isWindowSure(state));
        if (sure.length === 16) break;
      }
      expect(sure.slice(0, 3)).toEqual([false, false, false]);
      expect(sure.at(-1)).toBe(true);
    }
  });

  test("is the window's length where it never changes while `remaining` does", () => {
    const samples = Array.from({ length: 20 }, (_, index) => ({
      sentAt: index * 3,
      limit: 100,
      remaining: (index * 37) % 100,
      resetIn: 10,
    }));
    const learnt = read(unknown, samples, 20);
    expect(learnt.window).toBe(10);
    expect(learnt.kind).toBe("refill");
    expect(learnt.end).toBeNull();
  });

  test("is a window's end in the midst of a window too, where a bucket would say the same", () => {
    for (const window of [10, 20, 60]) {
      for (const resetOf of ROUNDINGS) {
        const kinds = new Set<string | null>();
        let state = createReset({ windowMs: window * 1_000 });
        for (const sample of limiterSamples(150, window, resetOf)) {
          state = { ...readReset(state, sample), previous: sample };
          if (sample.sentAt > 0.4 * window) kinds.add(state.kind);
          if (sample.sentAt > 3 * window) break;
        }
        expect([window, ...kinds]).toEqual([window, "window"]);
      }
    }
  });

  test("is nothing that one whole second tells, whatever is left: the first guess stands", () => {
    const levels = [39, 38, 20, 19, 21, 18, 36, 30, 3, 2, 38, 39];
    const samples = Array.from({ length: 60 }, (_, index) => {
      const remaining = levels[index % levels.length] ?? 0;
      return { sentAt: 0.2 * index, limit: 40, remaining, resetIn: 1 };
    });
    const first = read(createReset({ windowMs: 1_000 }), samples, 1).kind;
    for (let count = 2; count <= samples.length; count++) {
      expect(read(createReset({ windowMs: 1_000 }), samples, count).kind).toBe(first);
    }
  });

  test.each([1, 10, 60])(
    "is found of a bucket of %d s that is nearly full, though what is left is rounded down",
    (window) => {
      const used = [2, 3, 2, 4, 3, 2];
      const samples = used.map((units, index) => {
        // All but a little of the last unit is there again.
        const level = 40 - units + 0.9;
        return { sentAt: index, limit: 40, remaining: Math.floor(level), resetIn: ((40 - level) * window) / 40 };
      });
      const state = read(createReset({ kind: "refill" }), samples, samples.length);
      expect(state.window).toBe(window);
      expect(isWindowSure(state)).toBe(true);
    },
  );

  test("tells a window's length by how far apart the ends of two are, however they are rounded", () => {
    for (const window of [5, 10, 15, 30, 45, 60, 300, 900]) {
      for (const resetOf of ROUNDINGS) {
        const learnt = read(unknown, limiterSamples(150, window, resetOf), 500);
        expect(learnt.kind).toBe("window");
        expect(Math.abs((learnt.window ?? 0) - window)).toBeLessThan(window === 45 ? 1.5 : 1e-9);
        expect(isWindowSure(learnt)).toBe(true);
      }
    }
  });

  test("keeps the window and the kind that are documented", () => {
    const told = createReset({ kind: "refill", windowMs: 60_000 });
    const learnt = read(told, windowSamples(600, 60, 0), 30);
    expect(learnt.kind).toBe("refill");
    expect(learnt.window).toBe(60);
  });
});

describe("a sliding log", () => {
  test("is found behind a declared window whose end moves along with the clock", () => {
    const told = createReset({ kind: "window", windowMs: 60_000 });
    const samples = Array.from({ length: 20 }, (_, index) => ({
      sentAt: 60 + index,
      limit: 600,
      remaining: 5 + (index % 3),
      resetIn: 0.1 + (index % 7) / 100,
    }));
    expect(read(told, samples, 20).kind).toBe("sliding");
  });

  test("isn't suspected in an honest window, however its reset is rounded", () => {
    const told = createReset({ kind: "window", windowMs: 60_000 });
    for (const round of [(value: number) => value, Math.ceil, Math.floor, Math.round]) {
      expect(read(told, windowSamples(600, 60, 17.4, round), 600).kind).toBe("window");
    }
  });
});

describe("the moment of a window's end", () => {
  const told = createReset({ kind: "window", windowMs: 60_000 });

  test("is a mean over headers rounded to whole seconds", () => {
    const learnt = read(told, windowSamples(600, 60, 0, Math.round), 50);
    expect(windowEnd(learnt)).toBeCloseTo(60, 0);
  });

  test("is learnt from the rise of `remaining` where the rounding is one-sided", () => {
    for (const round of [Math.ceil, Math.floor]) {
      let state = told;
      for (let sentAt = 0.05; sentAt < 600; sentAt += 0.1) {
        const inside = sentAt % 60;
        const sample = { sentAt, limit: 600, remaining: 600 - Math.ceil(inside * 10), resetIn: round(60 - inside) };
        state = { ...readWindow(readReset(state, sample), sample, sentAt).reset, previous: sample };
      }
      const end = windowEnd(state) ?? 0;
      expect(Math.abs(end - 600)).toBeLessThan(0.25);
    }
  });

  test("is seen more closely than whole seconds tell it, where a window was seen to begin", () => {
    for (const resetOf of ROUNDINGS) {
      let state = createReset({ windowMs: 10_000 });
      for (const sample of limiterSamples(150, 10, resetOf)) {
        if (sample.sentAt > 44) break;
        state = { ...readWindow(readReset(state, sample), sample, sample.sentAt).reset, previous: sample };
      }
      // Four windows have ended, and each next one began with the first request after that.
      const [began] = [
        ...takeUntil(
          limiterSamples(150, 10, (end) => end),
          44,
        ),
      ]
        .map((sample) => sample.resetIn)
        .slice(-1);
      expect(Math.abs((windowEnd(state) ?? 0) - (began ?? 0))).toBeLessThan(0.05);
    }
  });

  test("moves on by whole windows as time passes, and is forgotten where their length is unknown", () => {
    expect(rollWindow({ ...told, end: 60 }, 59).end).toBe(60);
    expect(rollWindow({ ...told, end: 60 }, 61).end).toBe(120);
    expect(rollWindow({ ...told, end: 60 }, 1e9 + 1).end).toBeGreaterThan(1e9);
    expect(rollWindow({ ...told, window: null, end: 60 }, 61).end).toBeNull();
  });

  test("has an edge on both sides, no wider than a tenth of the window", () => {
    const state = { ...told, end: 60 };
    expect([0.5, 2, 3, 30, 57, 58].map((at) => isAtEdge(state, at))).toEqual([true, true, false, false, false, true]);
    expect(isAtEdge({ ...state, window: 10 }, 52)).toBe(false);
    expect(isAtEdge(createReset({}), 0)).toBe(false);
  });
});
