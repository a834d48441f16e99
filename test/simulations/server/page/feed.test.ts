import { describe, expect, it } from "vitest";
import { createService, createServiceFetch, createVirtualClock } from "../../../../simulations/index.js";
import { Picture } from "../../../../simulations/server/page/browser/picture.js";
import { createFeed } from "../../../../simulations/server/page/feed.js";
import type { Message } from "../../../../simulations/server/page/message.js";
import { Broadcast } from "../../../../src/page/broadcast.js";
import { ScriptedSink } from "../../../adapter/dashboard/stage.js";

/** A server of so many models, and the stream of its page. */
function stage(models = 20) {
  const clock = createVirtualClock();
  const ids = Array.from({ length: models }, (_, index) => `model-${index}`);
  const service = createService(
    {
      models: ids.map((id) => ({ id, type: "chat" })),
      limit: { kind: "policer", requestsPerSecond: 2 },
      latency: { firstByteMs: 300, sigma: 0, perTokenMs: 0, refusalMs: 1 },
    },
    clock,
  );
  const send = createServiceFetch(service, clock);
  const broadcast = new Broadcast(clock, createFeed(service.state));
  const ask = (model: string) => {
    const body = JSON.stringify({ model, messages: [{ role: "user", content: "x" }] });
    return send("http://simulated/v1/chat/completions", { method: "POST", body });
  };
  const wait = (ms: number) => clock.runAsync(clock.now() + ms);
  return { clock, service, send, broadcast, ask, ids, wait };
}

const messagesOf = (sink: ScriptedSink) => sink.messages as unknown as readonly Message[];

function pictureOf(sink: ScriptedSink): Picture {
  const picture = new Picture();
  for (const message of messagesOf(sink)) if (message.type !== "ended") picture.take(message);
  return picture;
}

describe("the stream of a server's page", () => {
  it("comes to the same change by change as all at once, traces to the second", async () => {
    const { broadcast, ask, ids, wait, service } = stage();
    const early = new ScriptedSink();
    broadcast.read(early);
    for (let turn = 0; turn < 90; turn++) {
      void ask(ids[(turn * 7) % (turn < 40 ? 5 : 20)] ?? "");
      if (turn % 3 === 0) void ask("model-2");
      if (turn === 50) service.move({ requestsPerSecond: 5 });
      await wait(370);
    }
    await wait(2_000);
    const late = new ScriptedSink();
    broadcast.read(late);
    expect(messagesOf(early).length).toBeGreaterThan(50);
    expect(messagesOf(early).filter(({ type }) => type === "snapshot")).toHaveLength(1);
    const [gradual, atOnce] = [pictureOf(early).now, pictureOf(late).now];
    const { type: _, ...now } = { type: "", ...atOnce };
    expect(gradual).toMatchObject(now);
    const charted = (atOnce?.lanes ?? []).filter(({ trace }) => trace !== undefined);
    expect(atOnce?.lanes).toHaveLength(20);
    expect(charted).toHaveLength(12);
    const own = new Map(service.state().lanes.map(({ model, trace }) => [model, trace]));
    for (const { model, trace } of charted) expect(trace).toEqual(own.get(model));
  });

  it("tells of a second that goes on again, and of no other", async () => {
    const { broadcast, ask, wait } = stage(1);
    const sink = new ScriptedSink();
    await wait(100);
    void ask("model-0");
    broadcast.read(sink);
    await wait(3_000);
    const told = messagesOf(sink)
      .flatMap((message) => (message.type === "increment" ? message.lanes : []))
      .map(({ trace }) => trace?.seconds.map(({ atMs }) => atMs / 1_000));
    expect(told.slice(0, 6)).toEqual([[0], [0, 1], [1], [1, 2], [2], [2, 3]]);
  });

  it("gives a reader that was away all that there is, and sets no timer while nobody reads", async () => {
    const { clock, broadcast, ask, wait } = stage(1);
    void ask("model-0");
    await wait(1_000);
    expect(clock.pending).toBe(0);
    const first = new ScriptedSink();
    const listener = broadcast.read(first);
    expect(clock.pending).toBe(1);
    await wait(5_000);
    listener.onClose();
    expect(clock.pending).toBe(0);
    await wait(60_000);
    const second = new ScriptedSink();
    broadcast.read(second);
    expect(pictureOf(second).now?.lanes[0]?.trace).toHaveLength(66);
    expect(pictureOf(second).now).toMatchObject({ nowMs: 66_000, provider: "together", seed: 1, isOut: false });
  });

  it("tells of fifty jobs at most, the latest first", async () => {
    const { broadcast, send, wait } = stage(1);
    for (let job = 0; job < 60; job++) {
      const body = JSON.stringify({ model: "model-0", training_file: "file-x" });
      const headers = { authorization: `Bearer org-${Math.floor(job / 3)}` };
      void send("http://simulated/v1/fine-tunes", { method: "POST", headers, body });
      await wait(10);
    }
    const sink = new ScriptedSink();
    broadcast.read(sink);
    const jobs = pictureOf(sink).now?.jobs ?? [];
    expect(jobs).toHaveLength(50);
    expect(jobs.map(({ createdMs }) => createdMs)).toEqual(
      jobs.map(({ createdMs }) => createdMs).sort((a, b) => b - a),
    );
  });
});
