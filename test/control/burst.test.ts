import { expect, it } from "vitest";
import { createBurst, goAhead, isOfBurst, lowerBurst, maybeRaiseBurst } from "../../src/control/burst.js";

it("is halved by each refusal, down to one", () => {
  const sizes: number[] = [];
  for (let burst = createBurst(5); sizes.length < 4; burst = lowerBurst(burst, 1)) sizes.push(burst.size);
  expect(sizes).toEqual([5, 2.5, 1, 1]);
});

it("grows back by one after four epochs without a refusal, up to what it was", () => {
  let burst = lowerBurst(createBurst(5), 0);
  expect(maybeRaiseBurst(burst, 60, 5, 15)).toBe(burst);
  for (let now = 61; now < 1000; now += 61) burst = maybeRaiseBurst(burst, now, 5, 15);
  expect(burst.size).toBe(5);
});

it("is what a send went with, half a send's time before it at most", () => {
  const burst = goAhead(createBurst(5), 10.04);
  expect(isOfBurst(burst, { sentAt: 10.04, isBurst: true }, 0.1)).toBe(true);
  expect(isOfBurst(burst, { sentAt: 10, isBurst: false }, 0.1)).toBe(true);
  expect(isOfBurst(burst, { sentAt: 9.98, isBurst: false }, 0.1)).toBe(false);
  expect(isOfBurst(burst, { sentAt: 10.05, isBurst: false }, 0.1)).toBe(false);
  expect(isOfBurst(createBurst(5), { sentAt: 10, isBurst: false }, 0.1)).toBe(false);
});
