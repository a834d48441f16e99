import { channel, subscribe, unsubscribe } from "node:diagnostics_channel";
import { afterEach, describe, expect, it } from "vitest";
import type { SluiceEvent } from "../../src/flow/event.js";
import { Events } from "../../src/flow/events.js";
import { virtualSluice } from "./server.js";

const CHANNEL = "sluice:event";
const published: unknown[] = [];
const listener = (message: unknown): void => void published.push(message);

afterEach(() => {
  unsubscribe(CHANNEL, listener);
  published.length = 0;
});

describe("the diagnostics channel", () => {
  it("hears of every sluice what event$ hears, without having one in hand", async () => {
    subscribe(CHANNEL, listener);
    const heard: SluiceEvent[] = [];
    const { sluice } = virtualSluice();
    const { sluice: other } = virtualSluice();
    sluice.event$.subscribe((event) => heard.push(event));
    await sluice.schedule(async () => 1, { key: "mine" });
    await other.schedule(async () => 2, { key: "another's" });
    expect(heard.map(({ type }) => type)).toEqual(["queued", "sent", "response", "decision", "settled"]);
    expect(published.slice(0, 5)).toEqual(heard);
    expect(published.slice(5)).toMatchObject(heard.map(({ type }) => ({ type, key: "another's" })));
    expect(JSON.parse(JSON.stringify(published))).toEqual(published);
  });

  it("makes no event while neither has a subscriber, and stops with the last of them", async () => {
    const events = new Events();
    expect(events.observed).toBe(false);
    expect(channel(CHANNEL).hasSubscribers).toBe(false);
    subscribe(CHANNEL, listener);
    expect(events.observed).toBe(true);
    unsubscribe(CHANNEL, listener);
    expect(events.observed).toBe(false);
    const subscription = events.subscribe();
    expect(events.observed).toBe(true);
    subscription.unsubscribe();
    expect(events.observed).toBe(false);
  });

  it("is told nothing more of a sluice that is closed", async () => {
    subscribe(CHANNEL, listener);
    const { sluice } = virtualSluice();
    await sluice.schedule(async () => 1);
    await sluice.close();
    const before = published.length;
    await sluice.schedule(async () => 2).catch(() => undefined);
    expect(published).toHaveLength(before);
  });
});
