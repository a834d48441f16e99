import { describe, expect, it } from "vitest";
import { Picture } from "../../../src/adapter/dashboard/browser/picture.js";
import { amount, perSecond, phaseText, span, storeText } from "../../../src/adapter/dashboard/browser/words.js";
import { Hub } from "../../../src/adapter/dashboard/hub.js";
import { keyName } from "../../../src/adapter/dashboard/key-name.js";
import type { Message } from "../../../src/adapter/dashboard/message.js";
import { answer, virtualSluice } from "../../flow/server.js";
import { ScriptedSink } from "./stage.js";

function pictureOf(messages: readonly Message[]): Picture {
  const picture = new Picture();
  for (const message of messages) if (message.type !== "ended") picture.take(message);
  return picture;
}

describe("the picture that a page has", () => {
  it("is the same from changes, one by one, as from everything at once", async () => {
    const { sluice, clock } = virtualSluice();
    const about = { kind: "program", title: "t" } as const;
    const hub = new Hub({ sluice, clock, about, isAllPaused: () => false });
    const early = new ScriptedSink();
    hub.read(early);
    const keys = Array.from({ length: 20 }, (_, index) => `key-${index}`);
    for (let turn = 0; turn < 60; turn++) {
      const key = keys[(turn * 7) % keys.length] ?? "";
      const status = turn % 5 === 0 ? 429 : turn % 7 === 0 ? 503 : 200;
      void sluice.schedule(async () => answer(status, { "x-ratelimit-limit": "10" }), { key }).catch(() => undefined);
      if (turn === 30) sluice.pause("key-3");
      if (turn === 40) sluice.cap("key-4", 2);
      await clock.runAsync(clock.now() + 700);
    }
    const late = new ScriptedSink();
    hub.read(late);
    const [gradual, atOnce] = [pictureOf(early.messages), pictureOf(late.messages)];
    expect(early.messages.length).toBeGreaterThan(20);
    expect(atOnce.series.size).toBe(12);
    expect([...gradual.rows].sort()).toEqual([...atOnce.rows].sort());
    expect(new Map([...gradual.series].sort())).toEqual(new Map([...atOnce.series].sort()));
    expect(gradual.decisions).toEqual(atOnce.decisions);
    expect(gradual.charted).toEqual(atOnce.charted);
    await sluice.close();
  });
});

describe("the words of a page", () => {
  it("say keys as people do, and show no more of a credential than the key does", () => {
    expect(keyName("https://api.x.ai|0123456789ab|a/b|c")).toEqual({ name: "a/b|c", where: "api.x.ai · key 012345" });
    expect(keyName("http://h:1||")).toEqual({ name: "h:1", where: "h:1 · no key" });
    expect(keyName("<b>own</b>")).toEqual({ name: "<b>own</b>", where: "" });
  });

  it("say figures in the unit that is easier", () => {
    expect([perSecond(0), perSecond(0.5), perSecond(12.345), perSecond(1e6), perSecond(undefined)]).toEqual([
      ...["0/s", "30/min", "12.3/s", "1,000,000/s", "–"],
    ]);
    expect([span(800), span(80_400), span(11_100_000), span(undefined)]).toEqual([
      ...["1 s", "1 min 20 s", "3 h 05 min", "–"],
    ]);
    expect([amount(1234.4), amount(undefined)]).toEqual(["1,234", "–"]);
    expect([phaseText({ phase: "pause" }), phaseText({ phase: "pause", isPaused: true })]).toEqual(["waits", "paused"]);
    expect([
      storeText({}),
      storeText({ store: "shared", share: 0.25 }),
      storeText({ store: "away", share: 0.2 }),
    ]).toEqual([...["", "25 % of the fleet's", "store away"]]);
  });
});
