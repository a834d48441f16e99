import { expect, it } from "vitest";
import { Vocabulary } from "../../../src/adapter/otel/vocabulary.js";

it("tells the first so many values of each attribute apart, and calls the rest by one name", () => {
  const vocabulary = new Vocabulary(2);
  expect(["a", "b", "c", "a", "d", "b"].map((value) => vocabulary.of("key", value))).toEqual([
    ...["a", "b", "_OTHER", "a", "_OTHER", "b"],
  ]);
  expect(vocabulary.of("model", "c")).toBe("c");
});

it("cuts a value that is very long, and knows it again", () => {
  const vocabulary = new Vocabulary(1);
  const long = "x".repeat(1_000);
  expect(vocabulary.of("key", long)).toHaveLength(256);
  expect(vocabulary.of("key", `${long}y`)).toHaveLength(256);
});
