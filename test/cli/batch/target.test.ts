import { describe, expect, it } from "vitest";
import { joinUrl, parseBaseUrl } from "../../../src/cli/batch/target.js";

describe("joinUrl", () => {
  it.each([
    ["https://api.example", "/v1/chat/completions", "https://api.example/v1/chat/completions"],
    ["https://api.example/v1", "/v1/chat/completions", "https://api.example/v1/chat/completions"],
    ["https://api.example/v1/", "/v1/embeddings", "https://api.example/v1/embeddings"],
    ["https://api.example/openai/v1", "/v1/embeddings", "https://api.example/openai/v1/embeddings"],
    ["https://api.example/v1", "/chat/completions", "https://api.example/v1/chat/completions"],
    ["https://api.example/v2", "/v1/chat", "https://api.example/v2/v1/chat"],
    ["https://api.example/gate", "/gate/chat", "https://api.example/gate/gate/chat"],
    ["http://localhost:8080/v1?api-version=3", "/v1/chat?x=1", "http://localhost:8080/v1/chat?api-version=3&x=1"],
    ["https://api.example/v1", "/../../etc", "https://api.example/v1/etc"],
  ])("%s and %s", (base, path, joined) => {
    expect(joinUrl(new URL(base), path)).toBe(joined);
  });
});

describe("parseBaseUrl", () => {
  it.each(["api.example/v1", "", "ftp://api.example", "file:///etc"])("refuses %j", (text) => {
    expect(parseBaseUrl(text)).toBeUndefined();
  });

  it("takes HTTP in both dresses", () => {
    expect(parseBaseUrl("http://localhost:1")?.href).toBe("http://localhost:1/");
    expect(parseBaseUrl("https://a/v1#x")?.href).toBe("https://a/v1");
  });
});
