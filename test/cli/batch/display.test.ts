import { describe, expect, it } from "vitest";
import { createDisplay, createPaint, type DisplayOptions } from "../../../src/cli/batch/display.js";
import type { ModelProgress } from "../../../src/cli/batch/progress.js";

const ROW: ModelProgress = {
  ...{ model: "m", total: 10, done: 4, failed: 1, inFlight: 2, queued: 4, ratePerSecond: 2 },
  ...{ accepted: 4, throttled: 3, overloaded: 0, tokens: 0, leftMs: 3_000 },
};

function display(options: Partial<DisplayOptions>, terminal: { isTTY?: boolean; columns?: number } = {}) {
  const texts: string[] = [];
  const stderr = Object.assign(terminal, { write: (text: string) => texts.push(text) > 0 });
  return { texts, ...createDisplay({ env: {}, json: false, quiet: false, ...options, stderr }) };
}

describe("createDisplay", () => {
  it("writes a plain line a model every few seconds where no terminal is", () => {
    const { texts, show, note, periodMs } = display({});
    note("start", "10 requests");
    show([ROW, ROW], 12_400);
    expect(periodMs).toBe(5_000);
    expect(texts.join("")).toBe(
      `10 requests\n${"[12s] m: 4/10 done, rate 2.0/s, 2 in flight, 4 queued, 3 x 429, 1 failed, 3s left\n".repeat(2)}`,
    );
  });

  it("redraws a panel in place on a terminal, within its width", () => {
    const { texts, show, note, end } = display({ env: { NO_COLOR: "1" } }, { isTTY: true, columns: 80 });
    show([ROW], 0);
    note("warning", "look out");
    show([ROW], 200);
    end();
    const text = texts.join("");
    expect(text).toContain("look out\n");
    expect(text.match(/model +rate/g)).toHaveLength(2);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape that erases what was drawn before
    expect(text).toMatch(/\u001b\[/);
  });

  it("takes the rows along that a terminal wraps when it becomes narrower", () => {
    const terminal = { isTTY: true, columns: 80 };
    const { texts, show } = display({ env: { NO_COLOR: "1" } }, terminal);
    const resize = (columns: number): string => {
      terminal.columns = columns;
      texts.length = 0;
      show([ROW], 0);
      return texts.join("");
    };
    show([ROW], 0);
    // Two lines of 80 are four rows of 50: two more to go up.
    expect(resize(50)).toContain("\u001b[2A\u001b[0J");
    expect(resize(80)).not.toContain("\u001b[0J");
  });

  it.each([{ CI: "true" }, { TERM: "dumb" }])("doesn't redraw where %j stands in the environment", (env) => {
    expect(display({ env }, { isTTY: true }).periodMs).toBe(5_000);
  });

  it("writes a JSON object a line for programs", () => {
    const { texts, show, note } = display({ json: true });
    note("problem", "line 2: not JSON", { line: 2 });
    show([ROW], 1_000.4);
    expect(texts.map((text) => JSON.parse(text))).toEqual([
      { type: "problem", message: "line 2: not JSON", line: 2 },
      { type: "progress", elapsedMs: 1_000, models: [ROW] },
    ]);
  });

  it("says errors alone when it is told to be quiet", () => {
    const { texts, show, note } = display({ quiet: true });
    note("start", "10 requests");
    show([ROW], 0);
    note("error", "the disk is full");
    expect(texts).toEqual(["the disk is full\n"]);
  });
});

describe("createPaint", () => {
  const terminal = { write: (): boolean => true, isTTY: true };

  it("paints on a terminal", () => {
    expect(createPaint(terminal, {})("red", "x")).toBe("\u001b[31mx\u001b[39m");
  });

  it.each([
    [{ write: (): boolean => true }, {}],
    [terminal, { NO_COLOR: "1" }],
    [terminal, { TERM: "dumb" }],
  ])("leaves the text alone elsewhere", (output, env) => {
    expect(createPaint(output, env)("red", "x")).toBe("x");
  });
});
