import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BudgetSpec, createBudget, onSend } from "../../src/control/budget.js";
import type { Limit } from "../../src/store/event.js";
import { format, type Ledger, parse, parseHead } from "../../src/store/ledger.js";
import { SPEC } from "./fleet.js";

const specOf = ({ dimension }: Limit): BudgetSpec => ({ ...SPEC, dimension });
const AT_MS = 1_767_225_600_000;

function ledger(changes: Partial<Ledger> = {}): Ledger {
  const event = { nowMs: AT_MS, charged: 1, expected: 0, inFlightBefore: 0, isBurst: false, isBottleneck: true };
  const { state } = onSend(createBudget(SPEC, AT_MS), event);
  const seat = { fraction: 0.5, want: 3, untilMs: AT_MS + 3_000, seq: 7, isLimited: true, inFlight: 2, epochs: [0] };
  return {
    version: 12,
    atMs: AT_MS,
    foundedAtMs: AT_MS - 5_000,
    budgets: [
      { dimension: "requests", state, epochAtMs: AT_MS, settledAtMs: null, recent: { from: 7, units: [1, 0, 2] } },
    ],
    members: new Map([["abcdefghijkl", seat]]),
    ...changes,
  };
}

describe("a ledger as text", () => {
  it("is read as it was written", () => {
    const written = ledger();
    expect(parse(`12.abc|${format(written)}`, specOf)).toEqual(written);
  });

  it("tells its limits by its beginning, as soon as that has them whole", () => {
    const written = ledger({ members: new Map() });
    const text = `12.abc|${format(ledger())}`;
    const whole = text.indexOf(',"m":{') + ',"m":{'.length;
    for (let length = 0; length <= text.length; length++) {
      const head = parseHead(text.slice(0, length), specOf);
      if (length < whole) expect(head).toBeUndefined();
      else expect(head).toEqual(written);
    }
    const named = ledger({ budgets: written.budgets.map((each) => ({ ...each, scope: ',"m":{' })) });
    expect(parseHead(`12.abc|${format(named)}`, specOf)).toEqual({ ...named, members: new Map() });
  });

  it("is garbled, or read, and never thrown over", () => {
    const whole = `12.abc|${format(ledger())}`;
    const broken = fc
      .tuple(fc.nat(whole.length), fc.nat(40), fc.string())
      .map(([from, length, text]) => whole.slice(0, from) + text + whole.slice(from + length));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json().map((text) => `1.a|${text}`),
          broken,
        ),
        (value) => {
          const read = parse(value, specOf);
          if (typeof read === "string") return;
          const sum = [...read.members.values()].reduce((total, { fraction }) => total + fraction, 0);
          expect(sum).toBeLessThanOrEqual(1 + 1e-9);
          for (const { state } of read.budgets) {
            expect(state.law.rate).toBeGreaterThan(0);
            expect(state.law.rate).toBeLessThanOrEqual(SPEC.rateMax);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("is garbled where a part of it makes no sense", () => {
    const text = format(ledger());
    for (const [from, to] of [
      ['"v":1', '"v":0'],
      ['"n":12', '"n":-1'],
      ['"n":12', '"n":1e400'],
      [`"t":${AT_MS}`, '"t":null'],
      ['"requests"', "7"],
      ['"rate":1', '"rate":"1"'],
      ["[0.5,3,", "[1.5,3,"],
      ["[0.5,3,", "[0.5,-3,"],
      [`,${AT_MS + 3_000},`, `,${AT_MS + 1e9},`],
      ['"abcdefghijkl"', '"__proto__"'],
      ['"abcdefghijkl"', '"abc"'],
      ['"m":{', '"m":[{'],
    ] as const) {
      const changed = text.replace(from, to);
      expect(changed, from).not.toBe(text);
      expect(parse(`1.a|${changed}`, specOf), to).toBe("garbled");
    }
    expect(parse(text, specOf)).toBe("garbled");
    expect(parse(`1.a|${text.replace('"v":1', '"v":2')}`, specOf)).toBe("newer");
    expect(parse(`1.a|${" ".repeat(300_000)}`, specOf)).toBe("garbled");
  });

  it("never gives away more than there is", () => {
    const seat = { fraction: 0.9, want: 3, untilMs: AT_MS, seq: 7, isLimited: true, inFlight: 2, epochs: [0] };
    const members = new Map([
      ["abcdefghijkl", seat],
      ["abcdefghijkm", seat],
    ]);
    const read = parse(`1.a|${format(ledger({ members }))}`, specOf) as Ledger;
    expect([...read.members.values()].map(({ fraction }) => fraction)).toEqual([0.5, 0.5]);
  });
});
