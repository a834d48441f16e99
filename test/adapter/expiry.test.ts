import { expect, test } from "vitest";
import { createVirtualClock } from "../../simulations/index.js";
import { Expiring, Expiry } from "../../src/adapter/expiry.js";

class Item extends Expiring {
  readonly onExpire: () => void;

  constructor(onExpire: () => void) {
    super();
    this.onExpire = onExpire;
  }
}

function setUp() {
  const clock = createVirtualClock();
  const expired: [string, number][] = [];
  const expiry = new Expiry<Item>(clock, 100);
  const item = (name: string) => new Item(() => expired.push([name, clock.now()]));
  return { clock, expired, expiry, item };
}

test("each item expires when nothing has happened to it for that long", () => {
  const { clock, expired, expiry, item } = setUp();
  const [early, touched, gone] = [item("early"), item("touched"), item("gone")];
  expiry.watch(true);
  for (const each of [early, touched, gone]) expiry.touch(each);
  clock.run(60);
  expiry.touch(touched);
  expiry.delete(gone);
  clock.run();
  expect(expired).toEqual([
    ["early", 100],
    ["touched", 160],
  ]);
  expect(clock.pending).toBe(0);
});

test("no timer runs while nobody gains by it, or while there is nothing to expire", () => {
  const { clock, expired, expiry, item } = setUp();
  const forgotten = item("forgotten");
  expiry.touch(forgotten);
  expect(clock.pending).toBe(0);
  clock.run(1_000);
  expiry.watch(true);
  expect(clock.pending).toBe(1);
  expiry.watch(false);
  expect(clock.pending).toBe(0);
  expiry.watch(true);
  clock.run();
  expect(expired).toEqual([["forgotten", 1_000]]);
  expiry.touch(item("another"));
  expect(clock.pending).toBe(1);
});

test("an item that adds another as it expires arms one timer", () => {
  const { clock, expired, expiry, item } = setUp();
  expiry.watch(true);
  expiry.touch(new Item(() => expiry.touch(item("second"))));
  clock.run(100);
  expect(clock.pending).toBe(1);
  clock.run();
  expect(expired).toEqual([["second", 200]]);
});
