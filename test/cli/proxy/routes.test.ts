import { describe, expect, it } from "vitest";
import { Routes } from "../../../src/cli/proxy/routes.js";

const routes = (target: string, path = "/__sluice") =>
  new Routes(new URL(target), { path, names: ["/healthz", "/state"] });

describe("Routes", () => {
  it.each([
    ["https://h", "/v1/models", "/v1/models"],
    ["https://h/", "/v1/models?a=1&a=2", "/v1/models?a=1&a=2"],
    ["https://h/v1", "/v1/models", "/v1/models"],
    ["https://h/v1/", "/models", "/v1/models"],
    ["https://h/v1", "/v1beta/models", "/v1/v1beta/models"],
    ["https://h/base/v1", "/chat/completions", "/base/v1/chat/completions"],
    ["https://h/base/v1", "/v1/chat/completions", "/base/v1/chat/completions"],
    ["https://h/base/v1", "/base/v1/chat/completions", "/base/v1/chat/completions"],
    ["https://h/base/v1", "/base", "/base/v1/base"],
    ["https://h/base/v1", "/", "/base/v1/"],
    ["https://h/openai?api-version=2", "/deployments/a", "/openai/deployments/a?api-version=2"],
    ["https://h/openai?api-version=2", "/a?b=c", "/openai/a?api-version=2&b=c"],
    // What a client has encoded, or doubled, stays as it is.
    ["https://h/v1", "//evil.example/x", "/v1//evil.example/x"],
    ["https://h", "/v1/models/a%2Fb%20c", "/v1/models/a%2Fb%20c"],
    [
      "https://h",
      "/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse",
      "/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse",
    ],
    ["https://h", "/v1/...", "/v1/..."],
    ["https://h", "/.well-known/x", "/.well-known/x"],
    ["https://h", "/x?next=/../y", "/x?next=/../y"],
    ["https://h/v1", "http://me:1/models?x", "/v1/models?x"],
    ["https://h/v1", "HTTP://ME:1", "/v1/"],
    ["https://h/v1", "http://me:1?x=1", "/v1/?x=1"],
  ])("at %s takes %s to %s", (target, asked, path) => {
    expect(routes(target).of(asked, "me:1")).toEqual({ to: "target", path });
  });

  it.each([
    "/..",
    "/../admin",
    "/v1/../../admin",
    "/v1/./x",
    "/v1/..?x",
    "/v1/%2e%2e/x",
    "/v1/.%2E/x",
    "/v1/..%2fx",
    "/v1%2f..%2fx",
    "/v1/%252e%252e/x",
    "/v1/%25252e./x",
    "/v1/..;/x",
    "/v1/..%3Bx",
    "/v1/..\\x",
    "/v1/..%5cx",
    "/v1%5c..%5cx",
    "/a\\b",
    "/a#b",
  ])("refuses %s, which could leave the target's path", (asked) => {
    expect(routes("https://h/v1").of(asked, "me")).toMatchObject({
      to: "nowhere",
      refusal: { status: 400, code: "ERR_PROXY_PATH" },
    });
  });

  it.each(["http://other/v1/x", "https://h/v1/x", "http://me@other/", "*", "ftp://me/x", "other:443", "http:///x", ""])(
    "refuses %s, which is no path of ours",
    (asked) => {
      expect(routes("https://h/v1").of(asked, "me")).toMatchObject({
        to: "nowhere",
        refusal: { status: 403, code: "ERR_PROXY_TARGET", message: expect.stringContaining("https://h ") },
      });
    },
  );

  it("keeps all beneath its own path to itself, and at the root its own pages alone", () => {
    expect(routes("https://h/v1").of("/__sluice/state?x", "me")).toEqual({ to: "page", name: "/state" });
    expect(routes("https://h/v1").of("/__sluice/nothing", "me")).toEqual({ to: "page", name: "/nothing" });
    expect(routes("https://h/v1").of("/__sluice", "me")).toEqual({ to: "page", name: "" });
    expect(routes("https://h").of("/__sluices", "me")).toEqual({ to: "target", path: "/__sluices" });
    expect(routes("https://h", "").of("/healthz", "me")).toEqual({ to: "page", name: "/healthz" });
    expect(routes("https://h", "").of("/healthz/x", "me")).toEqual({ to: "target", path: "/healthz/x" });
  });
});
