import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../../simulations/clock.js";
import { Broadcast, type Look } from "../../src/page/broadcast.js";
import { ScriptedSink } from "../adapter/dashboard/stage.js";

/** A stream about nothing but how often it was looked at, until looking fails. */
function stage() {
  const clock = createVirtualClock();
  let looks = 0;
  let isListening = false;
  let trouble: Error | undefined;
  const told = (type: string) => ({ type, atMs: clock.wallNow(), looks });
  const look = (): Look => {
    if (trouble !== undefined) throw trouble;
    looks += 1;
    return { changes: () => told("increment"), everything: () => told("snapshot") };
  };
  const begin = (): (() => void) => {
    isListening = true;
    return () => {
      isListening = false;
    };
  };
  const broadcast = new Broadcast(clock, { begin, look });
  const fail = (error: Error | undefined): void => {
    trouble = error;
  };
  return { clock, broadcast, fail, rests: () => !isListening && clock.pending === 0 };
}

const types = (sink: ScriptedSink): readonly string[] => sink.messages.map(({ type }) => type);

describe("a stream of a page", () => {
  it("lets its readers go where looking fails, and has them back once it doesn't", async () => {
    const { clock, broadcast, fail, rests } = stage();
    const [one, other] = [new ScriptedSink(), new ScriptedSink()];
    broadcast.read(one);
    broadcast.read(other);
    expect(rests()).toBe(false);
    fail(new Error("a scenario's own code"));
    await clock.runAsync(clock.now() + 1_000);
    expect([one.isOpen, other.isOpen, rests()]).toEqual([false, false, true]);
    const late = new ScriptedSink();
    expect(() => broadcast.read(late)).toThrow("a scenario's own code");
    expect([late.text, rests()]).toEqual(["", true]);
    fail(undefined);
    broadcast.read(late);
    expect(types(late)).toEqual(["snapshot"]);
  });

  it("doesn't let one go for whom another's first look fails", () => {
    const { broadcast, fail } = stage();
    const there = new ScriptedSink();
    broadcast.read(there);
    fail(new Error("now"));
    expect(() => broadcast.read(new ScriptedSink())).toThrow("now");
    expect(there.isOpen).toBe(true);
    fail(undefined);
    broadcast.hurry();
    expect(types(there)).toEqual(["snapshot", "increment"]);
  });

  it("ends once for all, with the first end, and for whoever comes later", () => {
    const { clock, broadcast, rests } = stage();
    const [early, stuck, late] = [new ScriptedSink(), new ScriptedSink(), new ScriptedSink()];
    broadcast.read(early);
    stuck.takes = false;
    broadcast.read(stuck);
    clock.run(clock.now() + 2_000);
    broadcast.end({ type: "ended", atMs: 1 });
    broadcast.end({ type: "ended", atMs: 2 });
    broadcast.hurry();
    broadcast.read(late);
    expect([early, late].map((sink) => sink.messages.at(-1))).toEqual(Array(2).fill({ type: "ended", atMs: 1 }));
    expect(types(stuck)).toEqual(["snapshot"]);
    expect([early, stuck, late].some(({ isOpen }) => isOpen)).toBe(false);
    expect([rests(), clock.pending]).toEqual([true, 0]);
  });

  it("tells the end to one whom the last message has filled up for the moment", () => {
    const { broadcast } = stage();
    const full = new ScriptedSink();
    full.takes = false;
    broadcast.read(full);
    broadcast.end({ type: "ended", atMs: 1 });
    expect([types(full), full.isOpen]).toEqual([["snapshot", "ended"], false]);
  });
});
