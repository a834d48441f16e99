import { afterEach, expect, test, vi } from "vitest";
import { addressOf } from "../../src/adapter/address.js";

afterEach(() => vi.unstubAllGlobals());

test("an address in use is parsed once; one that is long is parsed each time, and none is forgotten for good", () => {
  const text = "https://api.example.com/v1/x?a=1";
  expect(addressOf(text).href).toBe(text);
  expect(addressOf(text)).toBe(addressOf(text));
  const long = `https://api.example.com/${"x".repeat(1_000)}`;
  expect(addressOf(long)).not.toBe(addressOf(long));
  for (let index = 0; index < 200; index += 1) expect(addressOf(`https://h${index}.example.com/`).port).toBe("");
  expect(addressOf(text).href).toBe(text);
});

test("what is no address throws, as often as it is asked for", () => {
  for (let index = 0; index < 2; index += 1) expect(() => addressOf("/v1/x")).toThrow(TypeError);
});

test("where there is a page, its address is the base, wherever it goes", () => {
  vi.stubGlobal("location", { href: "https://one.example.com/" });
  expect(addressOf("/v1/x").href).toBe("https://one.example.com/v1/x");
  vi.stubGlobal("location", { href: "https://two.example.com/" });
  expect(addressOf("/v1/x").href).toBe("https://two.example.com/v1/x");
});
