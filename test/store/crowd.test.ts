import { describe, expect, it } from "vitest";
import { format, parse } from "../../src/store/ledger.js";
import { ABSENT, VALUE_BYTES_MAX } from "../../src/store/store.js";
import { company, SPEC } from "./fleet.js";

describe("a crowd", () => {
  it("that begins in one moment waits for its turns, far from its store: who loses to others has an answer", () => {
    const { clock, join, inUse, members } = company("crowd", () => 20);
    for (let index = 0; index < 150; index++) join(1e9);
    inUse();
    clock.run(30_000);
    expect(members.flatMap(({ standings }) => standings)).toEqual([]);
    expect(members.filter(({ member }) => member.standing === "shared").length).toBeGreaterThan(100);
    expect(inUse()).toBeLessThanOrEqual(1 + 1e-9);
  });

  it.each([
    ["of members", 4_096, 1e-5],
    ["in size", 4_090, 0.000012345678901234],
  ])(
    "as large as one value may be %s leaves that as it is, and lets in the next when there is room",
    (_, size, fraction) => {
      const { clock, store, join, inUse } = company("full", () => 1);
      const nowMs = clock.wallNow();
      const seat = { fraction, want: 1, untilMs: nowMs + 30_000, seq: 7, isLimited: true, inFlight: 2, epochs: [0] };
      const members = new Map(Array.from({ length: size }, (_, index) => [String(index).padStart(12, "a"), seat]));
      const crowd = { version: 1, atMs: nowMs, foundedAtMs: nowMs, budgets: [], members };
      const roomLeft = () => VALUE_BYTES_MAX - `1.abcdefgh|${format(crowd)}`.length;
      for (const id of [...members.keys()].slice(0, Math.max(0, Math.ceil(-roomLeft() / 60)))) members.delete(id);
      // Down to the last byte: a larger number for each of the first takes up what is left.
      for (const id of [...members.keys()].slice(0, size < 4_096 ? 20 : 0)) {
        members.set(id, { ...seat, want: 10 ** Math.min(14, roomLeft()) });
      }
      const value = `1.abcdefgh|${format(crowd)}`;
      expect(parse(value, () => SPEC)).toMatchObject({ version: 1 });
      store.compareAndSet({ key: "m", expected: ABSENT, next: value, nowMs, ttlMs: 60_000 }, () => {});
      clock.run(10);
      const late = join(1e9);
      inUse();
      clock.run(8_000);
      expect(late.standings).toEqual(["alone"]);
      let now: string | undefined;
      store.peek("m", (head) => (now = head));
      clock.run(8_010);
      expect(value.startsWith(now ?? "nothing")).toBe(true);
      store.flush();
      clock.run(15_000);
      expect(late.member.standing).toBe("shared");
    },
  );
});
