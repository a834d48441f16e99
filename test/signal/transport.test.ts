import { describe, expect, test } from "vitest";
import { isTransportFailure } from "../../src/signal/transport.js";

const coded = (code: string, message = "it failed") => Object.assign(new Error(message), { code });
const fetchFailed = (cause?: unknown) => new TypeError("fetch failed", cause === undefined ? undefined : { cause });

class APIConnectionError extends Error {}
class APIUserAbortError extends Error {}

describe("isTransportFailure", () => {
  test.each([
    ["undici's fetch", fetchFailed(coded("UND_ERR_SOCKET", "other side closed"))],
    ["a refused connection", fetchFailed(coded("ECONNREFUSED"))],
    ["several addresses, all refused", fetchFailed(new AggregateError([coded("ECONNREFUSED")]))],
    ["a name that isn't found", coded("ENOTFOUND")],
    ["an answer that isn't HTTP", fetchFailed(coded("HPE_INVALID_CONSTANT"))],
    ["node:http", coded("ECONNRESET", "socket hang up")],
    ["axios", coded("ERR_NETWORK", "Network Error")],
    ["Chrome", new TypeError("Failed to fetch")],
    ["Firefox", new TypeError("NetworkError when attempting to fetch resource.")],
    ["Safari", new TypeError("Load failed")],
    ["Deno", new TypeError("error sending request for url (https://x/)")],
    ["Deno, in the middle of a body", new TypeError("error reading a body from connection")],
    ["Cloudflare's workerd", new Error("Network connection lost.")],
    ["Bun", coded("ConnectionRefused", "Unable to connect. Is the computer able to access the url?")],
    ["an SDK", new APIConnectionError("Connection error.", { cause: fetchFailed() })],
    ["a framework around an SDK", new Error("call failed", { cause: new APIConnectionError("Connection error.") })],
  ])("%s: yes", (_who, error) => {
    expect(isTransportFailure(error)).toBe(true);
  });

  test.each([
    ["a mistake in the task", new TypeError("x is not a function")],
    ["an abort", new DOMException("This operation was aborted", "AbortError")],
    ["an SDK's abort", new APIUserAbortError("Request was aborted.")],
    ["an address that fetch can't take", fetchFailed(new Error("unknown scheme"))],
    ["a misuse of undici", fetchFailed(coded("UND_ERR_INVALID_ARG"))],
    ["a file that isn't there", coded("ENOENT")],
    ["a word", "fetch failed"],
    ["nothing", undefined],
    ["a cause that bites its tail", Object.defineProperty(new Error("x"), "cause", { get: () => new Error("y") })],
    [
      "a property that throws",
      Object.defineProperty({}, "code", {
        get: () => {
          throw new Error("no");
        },
      }),
    ],
  ])("%s: no", (_who, error) => {
    expect(isTransportFailure(error)).toBe(false);
  });
});
