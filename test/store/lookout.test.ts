import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../../simulations/clock.js";
import { Lookout } from "../../src/store/lookout.js";

function lookout(answers: "at once" | "never" | "when asked") {
  const clock = createVirtualClock();
  const heads: string[] = [];
  let peeked = 0;
  let late: ((head: string) => void) | undefined;
  const store = {
    compareAndSet: () => expect.unreachable(),
    peek(_: string, done: (head: string | undefined) => void) {
      peeked += 1;
      if (answers === "at once") done(`head ${peeked}`);
      if (answers === "when asked") late = done;
    },
  };
  const own = new Lookout({ store, key: "k", clock, random: () => 0.5 }, (head) => heads.push(head));
  return { own, clock, heads, peeked: () => peeked, answer: (head: string) => late?.(head) };
}

describe("a lookout", () => {
  it("looks again and again, until it is told not to", () => {
    const { own, clock, heads } = lookout("at once");
    own.look(1_000);
    clock.run(3_500);
    expect(heads).toEqual(["head 1", "head 2", "head 3"]);
    own.stop();
    clock.run(10_000);
    expect(heads).toHaveLength(3);
    expect(clock.pending).toBe(0);
  });

  it("asks no more of who doesn't answer, and begins anew when it is told to", () => {
    const { own, clock, peeked } = lookout("never");
    own.look(1_000);
    clock.run(5_000);
    expect(peeked()).toBe(1);
    own.look(1_000);
    clock.run(10_000);
    expect(peeked()).toBe(2);
  });

  it("has no use for what comes after its end, or after a new beginning", () => {
    const { own, clock, heads, answer } = lookout("when asked");
    own.look(1_000);
    clock.run(1_500);
    own.look(1_000);
    answer("late");
    own.stop();
    answer("later");
    expect(heads).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});
