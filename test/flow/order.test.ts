import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Order, Place } from "../../src/flow/order.js";

class TestPlace extends Place<string> {
  isOpen = false;
  readonly #onOpen: (place: TestPlace) => void;

  constructor(onOpen: (place: TestPlace) => void = () => {}) {
    super();
    this.#onOpen = onOpen;
  }

  open(): void {
    this.isOpen = true;
    this.#onOpen(this);
  }
}

function setUp(placesMax: number) {
  const told: unknown[] = [];
  const order = new Order<string>(placesMax, {
    onResult: (value) => told.push(value),
    onFailure: (error) => told.push({ error }),
    onPause: () => {},
  });
  return { order, told };
}

describe("Order", () => {
  it("hands on the first place's results as they come, and holds the others'", () => {
    const { order, told } = setUp(10);
    const [a, b] = [new TestPlace(), new TestPlace()];
    order.add(a);
    order.add(b);
    order.put(b, "b1");
    order.put(a, "a1");
    expect(told).toEqual(["a1"]);
    order.end(b);
    order.put(a, "a2");
    order.end(a);
    expect(told).toEqual(["a1", "a2", "b1"]);
    expect(order.isEmpty).toBe(true);
  });

  it("opens no more places than it may, and the next when the first has ended", () => {
    const { order } = setUp(2);
    const places = [0, 1, 2, 3].map(() => new TestPlace());
    for (const place of places) order.add(place);
    const open = () => places.map(({ isOpen }) => isOpen);
    expect(open()).toEqual([true, true, false, false]);
    const [first, second] = places;
    if (second !== undefined) order.end(second);
    expect(open()).toEqual([true, true, false, false]); // its results are still held
    if (first !== undefined) order.end(first);
    expect(open()).toEqual([true, true, true, true]);
  });

  it("tells a failure when its turn comes, and takes out what is behind", () => {
    const { order, told } = setUp(2);
    const [a, b, c] = [new TestPlace(), new TestPlace(), new TestPlace()];
    for (const place of [a, b, c]) order.add(place);
    expect(order.cutAfter(b)).toEqual([c]);
    order.end(b, { error: "broken" });
    expect(told).toEqual([]);
    order.put(a, "a1");
    order.end(a);
    expect(told).toEqual(["a1", { error: "broken" }]);
    expect(c.isOpen).toBe(false);
  });

  it("takes 100,000 places that end as they open, without recursion", () => {
    const { order, told } = setUp(1);
    const first = new TestPlace();
    order.add(first);
    for (let index = 0; index < 100_000; index += 1) {
      order.add(
        new TestPlace((place) => {
          order.put(place, String(index));
          order.end(place);
        }),
      );
    }
    expect(told).toEqual([]);
    order.end(first);
    expect(told).toHaveLength(100_000);
    expect(told.at(-1)).toBe("99999");
  });

  it("hands on every result once and in order, whatever the interleaving and whatever the listener adds", () => {
    const step = fc.record({ place: fc.nat(7), does: fc.constantFrom("add", "put", "end") });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 60 }), (placesMax, steps) => {
        const told: string[] = [];
        const places: TestPlace[] = [];
        const put: string[][] = [];
        const order = new Order<string>(placesMax, {
          // A listener that reacts to a result by adding an input.
          onResult: (value) => {
            told.push(value);
            if (value.endsWith("!") && places.length < 20) add();
          },
          onFailure: () => {},
          onPause: () => {},
        });
        const add = () => {
          places.push(new TestPlace());
          put.push([]);
          order.add(places.at(-1) ?? new TestPlace());
        };
        const act = (index: number, does: string) => {
          const place = places[index];
          if (does === "add" || place === undefined) return add();
          if (!place.isOpen || place.hasEnded) return;
          if (does === "end") return order.end(place);
          const value = `${index}.${put[index]?.length}${(put[index]?.length ?? 0) % 3 === 0 ? "!" : ""}`;
          put[index]?.push(value);
          order.put(place, value);
        };
        for (const { place, does } of steps) act(place, does);
        // No more are open than may be, and what was told is a prefix of what will be.
        expect(places.filter(({ isOpen, hasEnded }) => isOpen && !hasEnded).length).toBeLessThanOrEqual(placesMax);
        const whole = put.flat();
        expect(told).toEqual(whole.slice(0, told.length));
        for (let index = 0; index < places.length; index += 1) act(index, "end");
        expect(told).toEqual(put.flat());
        expect(order.isEmpty).toBe(true);
      }),
    );
  });
});
