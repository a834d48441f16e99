import { describe, expect, it } from "vitest";
import { Hub } from "../../../src/adapter/dashboard/hub.js";
import type { Increment, Snapshot } from "../../../src/adapter/dashboard/message.js";
import { KeySeries } from "../../../src/adapter/dashboard/series.js";
import type { SluiceEvent } from "../../../src/flow/event.js";
import type { SluiceOptions } from "../../../src/options.js";
import { READERS_MAX } from "../../../src/page/broadcast.js";
import { answer, virtualSluice } from "../../flow/server.js";
import { ScriptedSink } from "./stage.js";

/** A hub in front of a sluice on a virtual clock. */
function stage(options: SluiceOptions = {}) {
  const { sluice, clock } = virtualSluice(options);
  let listeners = 0;
  const event$ = {
    subscribe: (observer: Parameters<typeof sluice.event$.subscribe>[0]) => {
      listeners += 1;
      const subscription = sluice.event$.subscribe(observer);
      return {
        unsubscribe: () => {
          listeners -= 1;
          subscription.unsubscribe();
        },
      };
    },
  } as unknown as typeof sluice.event$;
  let looks = 0;
  const budgets = () => {
    looks += 1;
    return sluice.budgets();
  };
  const about = { kind: "program", title: "test" } as const;
  const hub = new Hub({ sluice: { event$, budgets }, clock, about, isAllPaused: () => false });
  const send = (key: string, status = 200, headers: Record<string, string> = {}) =>
    sluice.schedule(async () => answer(status, headers), { key }).catch(() => undefined);
  return { hub, sluice, clock, send, listeners: () => listeners, looks: () => looks };
}

describe("the hub of a live page", () => {
  it("tells a newcomer everything, and then what has changed alone", async () => {
    const { hub, clock, send } = stage();
    await send("a");
    const sink = new ScriptedSink();
    hub.read(sink);
    const [first] = sink.messages as readonly [Snapshot];
    expect(first.type).toBe("snapshot");
    expect(first.rows.map(({ key, dimension }) => [key, dimension])).toEqual([["a", "requests"]]);
    expect(first.about).toMatchObject({ kind: "program", title: "test", startedAtMs: clock.wallNow() });
    void send("b", 429);
    await clock.runAsync(clock.now() + 1_000);
    const increments = sink.messages.slice(1) as readonly Increment[];
    expect(increments.length).toBeGreaterThan(0);
    expect(increments.every(({ type }) => type === "increment")).toBe(true);
    expect(increments.flatMap(({ rows }) => rows.map(({ key }) => key))).not.toContain("a");
    expect(increments.flatMap(({ decisions }) => decisions)).toContainEqual(
      expect.objectContaining({ key: "b", move: "decrease", because: expect.any(String) }),
    );
    const points = increments.flatMap(({ series }) => series).filter(({ key }) => key === "b");
    expect(points.flatMap(({ points: all }) => all.map((point) => point[7]))).toContain(1);
  });

  it("listens to nothing, looks at nothing and sets no timer while nobody reads", async () => {
    const { hub, clock, send, listeners, looks, sluice } = stage();
    await send("a");
    expect([listeners(), looks(), clock.pending]).toEqual([0, 0, 0]);
    const sinks = [new ScriptedSink(), new ScriptedSink()].map((sink) => hub.read(sink));
    expect([listeners(), clock.pending]).toEqual([1, 1]);
    for (const listener of sinks) listener.onClose();
    const before = looks();
    await send("a");
    await clock.runAsync(clock.now() + 60_000);
    expect([listeners(), looks(), clock.pending]).toEqual([0, before, 0]);
    await sluice.close();
  });

  it("keeps nothing for a reader that is slow, and tells it everything anew afterwards", async () => {
    const { hub, clock, send } = stage();
    await send("a");
    const slow = new ScriptedSink();
    slow.takes = false;
    const listener = hub.read(slow);
    const length = slow.text.length;
    for (let turn = 0; turn < 20; turn++) {
      void send("a");
      await clock.runAsync(clock.now() + 1_000);
    }
    expect(slow.text.length).toBe(length);
    slow.takes = true;
    listener.onDrain();
    await clock.runAsync(clock.now() + 1_000);
    expect(slow.messages.map(({ type }) => type).slice(0, 2)).toEqual(["snapshot", "snapshot"]);
    expect((slow.messages[1] as Snapshot).rows[0]?.accepted).toBeGreaterThan(5);
  });

  it("lets a reader go that takes nothing for a minute", async () => {
    const { hub, clock, listeners } = stage();
    const stuck = new ScriptedSink();
    stuck.takes = false;
    hub.read(stuck);
    await clock.runAsync(clock.now() + 62_000);
    expect([stuck.isOpen, listeners(), clock.pending]).toEqual([false, 0, 0]);
  });

  it("says something at least every ten seconds, so that a page knows that it is there", async () => {
    const { hub, clock } = stage();
    const sink = new ScriptedSink();
    hub.read(sink);
    await clock.runAsync(clock.now() + 31_000);
    expect(sink.text.match(/^:$/gm)?.length).toBeGreaterThanOrEqual(2);
    expect(sink.messages).toHaveLength(1);
  });

  it("bounds what it tells of: keys, charts, decisions, seconds, readers", async () => {
    const { hub, clock, send } = stage();
    const sink = new ScriptedSink();
    hub.read(sink);
    for (let key = 0; key < 150; key++) void send(`key-${key}`, 429);
    await clock.runAsync(clock.now() + 3_000);
    const late = new ScriptedSink();
    hub.read(late);
    const [snapshot] = late.messages as readonly [Snapshot];
    expect(new Set(snapshot.rows.map(({ key }) => key)).size).toBe(100);
    expect(snapshot.keysLeft).toBe(50);
    expect(snapshot.charted).toHaveLength(12);
    expect(snapshot.series.map(({ key }) => key)).toEqual(snapshot.charted);
    expect(snapshot.decisions.length).toBe(100);
    for (let reader = 2; reader < READERS_MAX; reader++) hub.read(new ScriptedSink());
    expect(hub.isFull).toBe(true);
  });

  it("keeps the last quarter of an hour of a key, second by second", () => {
    const series = new KeySeries();
    const sent = { type: "sent" } as SluiceEvent;
    for (let second = 0; second < 2_000; second++) series.take(sent, second);
    expect(series.all()).toHaveLength(900);
    expect(series.all().at(-1)?.slice(0, 6)).toEqual([1_999, null, null, 0, 0, 1]);
    expect(series.fresh()).toHaveLength(900);
    series.take(sent, 1_999);
    series.take(sent, 2_000);
    expect(series.fresh().map((point) => [point[0], point[5]])).toEqual([
      [1_999, 2],
      [2_000, 1],
    ]);
  });

  it("tells of pauses, caps and tenants", async () => {
    const { hub, sluice } = stage();
    sluice.pause("k");
    sluice.cap("k", 3);
    const waits = ["x", "x", "y"].map((tenant) =>
      sluice.schedule(async () => answer(200), { key: "k", tenant }).catch(() => undefined),
    );
    const sink = new ScriptedSink();
    hub.read(sink);
    expect((sink.messages[0] as Snapshot).rows[0]).toMatchObject({
      isPaused: true,
      phase: "pause",
      rateMax: 3,
      queued: 3,
      tenants: [
        { tenant: "x", queued: 2 },
        { tenant: "y", queued: 1 },
      ],
    });
    await sluice.close();
    await Promise.all(waits);
    expect(sink.messages.at(-1)?.type).toBe("ended");
    expect(sink.isOpen).toBe(false);
  });

  it("tells whoever comes after the end that it is over", async () => {
    const { hub, sluice, clock } = stage();
    await sluice.close();
    const sink = new ScriptedSink();
    hub.read(sink);
    expect(sink.messages.at(-1)?.type).toBe("ended");
    expect([sink.isOpen, clock.pending]).toEqual([false, 0]);
  });
});
