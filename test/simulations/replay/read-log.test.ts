import { describe, expect, it } from "vitest";
import { LogError } from "../../../simulations/replay/log.js";
import { readLog } from "../../../simulations/replay/read-log.js";

const HEAD = JSON.stringify({ type: "log", version: 1, sluice: "0.1.0", wallStartMs: 1_000_000, startMs: 500 });

function sent(atMs: number, request = 1, more: object = {}): string {
  const shape = { attempt: 1, waitMs: 0, inFlight: 1, cost: {}, isProbe: false, ratePerSecond: 1 };
  return JSON.stringify({ type: "sent", atMs, key: "k", request, ...shape, ...more });
}

describe("a log", () => {
  it("is read with instants from its start", async () => {
    const { events, notes, restarts } = await readLog([HEAD, sent(500), "", sent(750, 2)]);
    expect(events.map(({ atMs }) => atMs)).toEqual([0, 250]);
    expect({ notes, restarts }).toEqual({ notes: [], restarts: [] });
  });

  it("may end in a torn line", async () => {
    const { events, notes } = await readLog([HEAD, sent(500), '{"type":"se'], "a.jsonl");
    expect(events).toHaveLength(1);
    expect(notes).toEqual(["a.jsonl:3: is torn, and left out"]);
  });

  it("may go on in another process, whose clock and numbers begin anew", async () => {
    const later = JSON.stringify({ type: "log", version: 1, sluice: "0.1.0", wallStartMs: 1_060_000, startMs: 7 });
    const { events, restarts, notes } = await readLog([HEAD, sent(500), '{"ty', later, sent(8)]);
    expect(events.map((event) => [event.atMs, "request" in event && event.request])).toEqual([
      [0, 1],
      [60_001, 2],
    ]);
    expect(restarts).toEqual([1]);
    expect(notes).toHaveLength(1);
  });

  it("forgives events of one moment that are told out of order", async () => {
    const { events } = await readLog([HEAD, sent(510), sent(509, 2)]);
    expect(events.map(({ atMs }) => atMs)).toEqual([10, 10]);
  });

  it.each<[string, readonly string[], RegExp]>([
    ["empty", [], /^x\.jsonl is empty/],
    ["of blank lines", ["", " "], /^x\.jsonl is empty/],
    ["no log at all", ["# Shopping", "milk"], /^x\.jsonl:1: is not the first line of a log/],
    ["requests", ['{"custom_id":"a"}'], /^x\.jsonl:1: is not the first line/],
    [
      "of another version",
      [HEAD.replace('"version":1', '"version":9')],
      /^x\.jsonl:1: is of version 9 .* reads version 1/,
    ],
    ["without a start", ['{"type":"log","version":1}'], /^x\.jsonl:1: doesn't say when/],
    ["torn in the middle", [HEAD, sent(500), '{"type', sent(510, 2)], /^x\.jsonl:3: can't be read/],
    ["an event of no kind", [HEAD, '{"type":"party","atMs":1,"key":"k"}'], /^x\.jsonl:2: is no event of sluice/],
    ["a field of the wrong kind", [HEAD, sent(500, 1, { waitMs: "long" })], /^x\.jsonl:2: .*wrong kind/],
    ["a number that is none", [HEAD, sent(500, 1, { waitMs: null })], /^x\.jsonl:2: /],
    ["a clock that goes back", [HEAD, sent(20_500), sent(510, 2)], /^x\.jsonl:3: is 20\.0 s before the line above/],
  ])("is refused with its line: %s", async (_, lines, message) => {
    const error = await readLog(lines, "x.jsonl").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LogError);
    expect((error as Error).message).toMatch(message);
  });
});
