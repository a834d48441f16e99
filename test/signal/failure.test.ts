import { describe, expect, test } from "vitest";
import { SluiceError } from "../../src/errors.js";
import { nameOfFailure } from "../../src/signal/failure.js";

const coded = (code: unknown, message = "it failed") => Object.assign(new Error(message), { code });

class APIConnectionError extends Error {
  override readonly name = "APIConnectionError";
}

describe("the name of a failure", () => {
  test.each([
    ["its code", coded("ECONNRESET"), "ECONNRESET"],
    ["the code of what caused it", new TypeError("fetch failed", { cause: coded("UND_ERR_SOCKET") }), "UND_ERR_SOCKET"],
    [
      "the code of the first of several addresses",
      new TypeError("fetch failed", { cause: new AggregateError([coded("ECONNREFUSED")]) }),
      "ECONNREFUSED",
    ],
    ["our own code", new SluiceError("ERR_SLUICE_TIMEOUT", "too slow"), "ERR_SLUICE_TIMEOUT"],
    ["its class, where no code is found", new APIConnectionError("Connection error."), "APIConnectionError"],
    ["an abort's", new DOMException("This operation was aborted", "AbortError"), "AbortError"],
    ["what it is, where it is no error", "a word", "string"],
    ["nothing", undefined, "undefined"],
  ])("is %s", (_what, error, name) => {
    expect(nameOfFailure(error)).toBe(name);
  });

  test.each([
    ["a sentence for a code", coded("key sk-live-123 is wrong")],
    ["a code without an end", coded("E".repeat(65))],
    ["a code that is no text", coded({ toString: () => "sk-live-123" })],
    ["a sentence for a class", Object.assign(new Error("x"), { name: "Error: key sk-live-123 is wrong" })],
  ])("is no text that could quote a secret: %s", (_what, error) => {
    expect(nameOfFailure(error)).toBe("Error");
  });

  test("is found where reading the error throws", () => {
    const broken = Object.defineProperty(new Error("x"), "code", {
      get: () => {
        throw new Error("no");
      },
    });
    expect(nameOfFailure(broken)).toBe("Error");
  });
});
