import { describe, expect, it } from "vitest";
import { type Ears, Session } from "../../../simulations/playground/browser/session.js";
import { Driver } from "../../../simulations/playground/driver.js";
import type { Order, Word } from "../../../simulations/playground/message.js";
import { INITIAL_VALUES, type Settings } from "../../../simulations/playground/settings.js";

const SETTINGS: Settings = {
  scenario: "",
  contestants: ["retry-only"],
  values: { ...INITIAL_VALUES, minutes: 1, latency: 0.2, speed: 10 },
  changes: [],
};
const NEWS = { type: "news", run: 1, nowMs: 1, isOver: false, isPlaying: true } as unknown as Word;

/** A session whose simulators do what the test says, and whose second passes when it is told to. */
function stage() {
  const opened: { readonly ears: Ears; readonly orders: Order[]; isOpen: boolean }[] = [];
  const heard: Word[] = [];
  const lost: string[] = [];
  let look = (): void => {};
  const session = new Session(
    { heard: (word) => void heard.push(word), lost: (why) => void lost.push(why) },
    {
      open: (ears) => {
        const one = { ears, orders: [] as Order[], isOpen: true };
        opened.push(one);
        return {
          send: (order) => void one.orders.push(order),
          end: () => {
            one.isOpen = false;
          },
        };
      },
      every: (_periodMs, task) => {
        look = task;
      },
    },
  );
  const seconds = (count: number): void => {
    for (let second = 0; second < count; second++) look();
  };
  const typesAt = (index: number) => opened[index]?.orders.map(({ type }) => type);
  return { session, opened, heard, lost, seconds, typesAt };
}

describe("a session with what simulates", () => {
  it("opens nothing before the first run, and then one for all runs", () => {
    const { session, opened, seconds, typesAt, lost } = stage();
    session.order({ type: "ready" });
    session.order({ type: "pause" });
    seconds(60);
    expect([opened.length, lost]).toEqual([0, []]);
    session.begin(SETTINGS, true);
    session.order({ type: "pause" });
    session.begin(SETTINGS, false);
    expect(opened).toHaveLength(1);
    expect(typesAt(0)).toEqual(["run", "pause", "run"]);
    expect(opened[0]?.orders.filter(({ type }) => type === "run")).toMatchObject([{ run: 1 }, { run: 2 }]);
  });

  it("hears the present run alone", () => {
    const { session, opened, heard } = stage();
    session.begin(SETTINGS, true);
    opened[0]?.ears.heard(NEWS);
    session.begin(SETTINGS, true);
    opened[0]?.ears.heard(NEWS);
    opened[0]?.ears.heard({ type: "failed", run: 2, message: "no" });
    expect(heard).toEqual([NEWS, { type: "failed", run: 2, message: "no" }]);
  });

  it("asks each second whether anybody is here, and gives one up that never says", () => {
    const { session, opened, lost, seconds, typesAt } = stage();
    session.begin(SETTINGS, true);
    seconds(15);
    expect([lost, typesAt(0)?.filter((type) => type === "hello").length]).toEqual([[], 15]);
    opened[0]?.ears.heard({ type: "here" });
    seconds(15);
    expect(lost).toEqual([]);
    seconds(1);
    expect([lost, opened[0]?.isOpen]).toEqual([["asked 15 times, it said nothing"], false]);
    seconds(60);
    expect(lost).toHaveLength(1);
  });

  it("tells a new one nothing but a run: orders to one that is gone are lost with it", () => {
    const { session, opened, lost, seconds, typesAt, heard } = stage();
    session.begin(SETTINGS, true);
    opened[0]?.ears.died("out of memory");
    for (const type of ["ready", "pause"] as const) session.order({ type });
    session.order({ type: "play", speed: 1 });
    seconds(60);
    expect([opened.length, lost]).toEqual([1, ["out of memory"]]);
    session.begin(SETTINGS, true);
    expect([opened.length, typesAt(1)]).toEqual([2, ["run"]]);
    // What the dead one's port still had in it.
    opened[0]?.ears.heard({ ...NEWS, run: 2 } as Word);
    opened[0]?.ears.died("again");
    expect([heard, lost, opened[1]?.isOpen]).toEqual([[], ["out of memory"], true]);
    seconds(15);
    opened[1]?.ears.heard({ ...NEWS, run: 2 } as Word);
    seconds(15);
    expect([heard.length, lost.length]).toEqual([1, 1]);
  });

  it("never gives up one that has nothing to tell: paused, over, failed, or while the page takes nothing", () => {
    const lost: string[] = [];
    const words: Word[] = [];
    let look = (): void => {};
    let nowMs = 0;
    const tasks: (() => void)[] = [];
    const session = new Session(
      { heard: (word) => void words.push(word), lost: (why) => void lost.push(why) },
      {
        open: ({ heard }) => {
          const driver = new Driver({
            now: () => (nowMs += 0.1),
            later: (_delayMs, task) => void tasks.push(task),
            tell: heard,
          });
          return { send: (order) => driver.hear(order), end: () => {} };
        },
        every: (_periodMs, task) => {
          look = task;
        },
      },
    );
    /** What simulates has its turns, and a minute of looks passes. */
    const pass = (isPageReady: boolean): void => {
      for (let turn = 0; turn < 60; turn++) {
        for (const task of tasks.splice(0)) task();
        if (isPageReady) session.order({ type: "ready" });
        look();
      }
    };
    session.begin(SETTINGS, true);
    pass(true);
    session.order({ type: "change", name: "limit", value: 3 });
    pass(false);
    session.order({ type: "pause" });
    session.order({ type: "ready" });
    pass(true);
    expect(words.at(-1)).toMatchObject({ type: "news", isPlaying: false, isOver: false });
    session.order({ type: "play", speed: Number.POSITIVE_INFINITY });
    while (words.at(-1)?.type !== "ended") pass(true);
    pass(true);
    session.begin({ ...SETTINGS, contestants: ["nobody"] }, true);
    session.order({ type: "play", speed: 1 });
    pass(true);
    expect(words.at(-1)).toMatchObject({ type: "failed", message: expect.stringContaining("nobody") });
    expect(lost).toEqual([]);
  });
});
