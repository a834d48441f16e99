import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { listen, unlisten } from "../src/abort.js";

const counter = () => ({
  calls: 0,
  handleEvent() {
    this.calls += 1;
  },
});

test("any number of listeners share one, which is gone with the last of them", () => {
  const { signal } = new AbortController();
  const listeners = Array.from({ length: 1_000 }, counter);
  for (const listener of listeners) listen(signal, listener);
  expect(getEventListeners(signal, "abort")).toHaveLength(1);
  for (const listener of listeners) unlisten(signal, listener);
  for (const listener of listeners) unlisten(signal, listener);
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
});

test("each is told once, but those that another took away on its way", () => {
  const controller = new AbortController();
  const [first, second, third] = [counter(), counter(), counter()];
  const taker = {
    handleEvent() {
      unlisten(controller.signal, second);
    },
  };
  for (const listener of [first, taker, second, third]) listen(controller.signal, listener);
  controller.abort();
  controller.abort();
  expect([first.calls, second.calls, third.calls]).toEqual([1, 0, 1]);
  expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
});
