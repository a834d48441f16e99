import { afterEach, describe, expect, it } from "vitest";
import { createVirtualClock } from "../../../simulations/clock.js";
import { seededRandom } from "../../../simulations/random.js";
import { installGlobals } from "../../../simulations/world/globals.js";

const WALL_START_MS = Date.UTC(2026, 0, 1);
const NAMES = ["Date", "setTimeout", "setInterval", "setImmediate", "clearTimeout", "clearInterval", "clearImmediate"];
let putBack = (): void => {};
afterEach(() => putBack());

function install() {
  const clock = createVirtualClock();
  putBack = installGlobals(clock, seededRandom("globals"));
  return clock;
}

describe("globals on a virtual clock", () => {
  it("tell its time wherever somebody asks", () => {
    const clock = install();
    const { Date: Captured } = globalThis;
    clock.run(1_234.9);
    expect([Date.now(), new Date().valueOf(), +new Captured(), performance.now()]).toEqual([
      WALL_START_MS + 1_234,
      WALL_START_MS + 1_234,
      WALL_START_MS + 1_234,
      1_234.9,
    ]);
    expect(Date()).toBe(String(new Date(WALL_START_MS + 1_234)));
  });

  it("leave a Date what else it is", () => {
    install();
    class Day extends Date {}
    expect(new Date("2020-02-02T00:00:00Z").getTime()).toBe(Date.UTC(2020, 1, 2));
    expect(new Date(2020, 1, 2).getMonth()).toBe(1);
    expect([new Day() instanceof Day, new Day().getTime(), new Date() instanceof Date]).toEqual([
      true,
      WALL_START_MS,
      true,
    ]);
    expect(Date.parse("1970-01-01T00:00:01Z")).toBe(1_000);
  });

  it("run timers as Node does: whole milliseconds, one at least, first come first run", () => {
    const clock = install();
    const ran: unknown[] = [];
    const note = (name: string) => ran.push([name, clock.now()]);
    setTimeout(note, 2.9, "2.9");
    setTimeout(note, 2, "2");
    setTimeout(note, 0, "0");
    setTimeout(note, Number.NaN, "NaN");
    setTimeout(note, 2 ** 31, "too long");
    setImmediate(note, "immediate");
    clock.run();
    expect(ran).toEqual([
      ["immediate", 0],
      ["0", 1],
      ["NaN", 1],
      ["too long", 1],
      ["2.9", 2],
      ["2", 2],
    ]);
  });

  it("take timers back, start them anew, and repeat them until then", () => {
    const clock = install();
    const ran: string[] = [];
    const note = (name: string) => ran.push(`${name} ${clock.now()}`);
    clearTimeout(setTimeout(note, 5, "cleared"));
    const late = setTimeout(note, 5, "refreshed");
    let left = 3;
    const interval = setInterval(() => {
      note("tick");
      if (--left === 0) clearInterval(interval);
    }, 4);
    setTimeout(() => late.refresh(), 3);
    expect(late.unref().ref().hasRef()).toBe(true);
    clearTimeout(undefined);
    clock.run();
    expect(ran).toEqual(["tick 4", "refreshed 8", "tick 8", "tick 12"]);
    expect(() => Reflect.apply(setTimeout, undefined, ["text"])).toThrow(TypeError);
  });

  it("abort in its time, with the reason that the platform gives", () => {
    const clock = install();
    const signal = AbortSignal.timeout(500);
    clock.run(499);
    expect(signal.aborted).toBe(false);
    clock.run(500);
    expect([signal.aborted, signal.reason.name]).toEqual([true, "TimeoutError"]);
  });

  it("roll the world's dice", () => {
    install();
    const random = seededRandom("globals");
    expect([Math.random(), Math.random()]).toEqual([random(), random()]);
  });

  it("are as they were afterwards, to the last property", () => {
    const describeAll = () => [
      ...NAMES.map((name) => Object.getOwnPropertyDescriptor(globalThis, name)),
      Object.getOwnPropertyDescriptor(Date, "now"),
      Object.getOwnPropertyDescriptor(performance, "now"),
      Object.getOwnPropertyDescriptor(Math, "random"),
      Object.getOwnPropertyDescriptor(AbortSignal, "timeout"),
    ];
    const before = describeAll();
    install();
    expect(describeAll()).not.toEqual(before);
    putBack();
    putBack();
    expect(describeAll()).toEqual(before);
  });
});
