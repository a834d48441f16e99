import { describe, expect, it } from "vitest";
import { type Draw, route } from "../../src/control/route.js";
import type { Outcome, Signal } from "../../src/signal/signal.js";

const signal = (outcome: Outcome, refused?: Signal["refused"]): Signal => ({
  outcome,
  quotas: [],
  ...(refused && { refused }),
});
const draws: readonly Draw[] = [
  { dimension: "requests", scope: "project" },
  { dimension: "requests" },
  { dimension: "tokens" },
];

describe("a response", () => {
  it("that accepts is good news for all", () => {
    expect(route(signal("accepted"), draws).verdicts).toEqual(["accepted", "accepted", "accepted"]);
  });

  it("that refuses is bad news for the budget it names, alone", () => {
    const named = route(signal("throttled", { dimension: "tokens" }), draws);
    expect(named).toEqual({ verdicts: ["void", "void", "refused"] });
    const scoped = route(signal("throttled", { dimension: "requests", scope: "project" }), draws);
    expect(scoped.verdicts).toEqual(["refused", "void", "void"]);
  });

  it("that names what has no budget gives birth to one, and cuts nothing else", () => {
    const born = route(signal("throttled", { dimension: "images", scope: "day" }), draws);
    expect(born).toEqual({ verdicts: ["void", "void", "void"], birth: { dimension: "images", scope: "day" } });
  });

  it("that names nothing goes to the budget whose level foretold it, the least first", () => {
    const levels = [
      { ...draws[0], level: 0.9 },
      { ...draws[1], level: 40 },
      { ...draws[2], level: -3 },
    ] as Draw[];
    expect(route(signal("throttled"), levels).verdicts).toEqual(["void", "void", "refused"]);
  });

  it("that names nothing and wasn't foretold goes to the requests of the key itself", () => {
    const levels = draws.map((draw) => ({ ...draw, level: 40 }));
    expect(route(signal("throttled"), levels).verdicts).toEqual(["void", "refused", "void"]);
    expect(route(signal("throttled"), draws).verdicts).toEqual(["void", "refused", "void"]);
  });

  it("that lacks capacity concerns the requests of the key itself", () => {
    expect(route(signal("overloaded"), draws).verdicts).toEqual(["void", "soft", "void"]);
  });

  it("that has too many at once moves the number in flight, of its own budget if there is one", () => {
    expect(route(signal("saturated"), draws).verdicts).toEqual(["void", "saturated", "void"]);
    const named = signal("throttled", { dimension: "concurrency" });
    const own = [...draws, { dimension: "concurrency" }];
    expect(route(named, own).verdicts).toEqual(["void", "void", "void", "saturated"]);
  });

  it("teaches no rate when the quota is exhausted, the request failed, or it could never fit", () => {
    const none = ["void", "void", "void"];
    expect(route(signal("exhausted"), draws).verdicts).toEqual(none);
    expect(route(signal("failed"), draws).verdicts).toEqual(none);
    const tooLarge = signal("throttled", { dimension: "tokens", neverFits: true });
    expect(route(tooLarge, draws)).toEqual({ verdicts: none });
  });
});
