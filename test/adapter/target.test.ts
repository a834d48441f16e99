import { describe, expect, test } from "vitest";
import { RequestView } from "../../src/adapter/request.js";
import { operationOf, targetOf } from "../../src/adapter/target.js";

const target = (url: string, init: RequestInit = {}) => {
  const view = RequestView.of(url, init);
  if (view === undefined) throw new Error("no address");
  return targetOf(view);
};

describe("where a request goes", () => {
  test("is told with the method and the model, and the port that the scheme implies", () => {
    const init = { method: "post", body: '{"model":"llama-3","messages":[]}' };
    expect(target("https://api.together.xyz/v1/chat/completions", init)).toEqual({
      scheme: "https",
      host: "api.together.xyz",
      port: 443,
      method: "POST",
      model: "llama-3",
      operation: "chat",
    });
    expect(target("http://127.0.0.1:8080/v1/models")).toEqual({
      scheme: "http",
      host: "127.0.0.1",
      port: 8080,
      method: "GET",
    });
  });

  test("has no port where its scheme has none", () => {
    expect(target("unix:/run/model.sock")).toEqual({ scheme: "unix", host: "", method: "GET" });
  });

  test("tells nothing of a path, a query or a name and password, where secrets stand", () => {
    const said = JSON.stringify(target("https://jane:pass-word@api.x.ai/v1/secret-path/embeddings?key=sk-secret#frag"));
    expect(said).not.toMatch(/jane|pass-word|secret/);
    expect(said).toContain("embeddings");
  });
});

describe("what a path asks for", () => {
  test.each([
    ["/v1/chat/completions", "chat"],
    ["/openai/deployments/my-gpt/chat/completions", "chat"],
    ["/v1/messages", "chat"],
    ["/v1/responses", "chat"],
    ["/v2/chat", "chat"],
    ["/model/anthropic.claude-v2/converse-stream", "chat"],
    ["/v1/completions", "text_completion"],
    ["/v1/embeddings", "embeddings"],
    ["/v1/embed", "embeddings"],
    ["/v1beta/models/text-embedding-004:batchEmbedContents", "embeddings"],
    ["/v1beta/models/text-embedding-004:embedContent", "embeddings"],
    ["/v1beta/models/gemini-2.5-pro:generateContent", "generate_content"],
    ["/v1beta/models/gemini-2.5-pro:streamGenerateContent", "generate_content"],
    ["/v1/messages/count_tokens", undefined],
    ["/v1/models", undefined],
    ["/v1/images/generations", undefined],
    ["/", undefined],
  ])("%s: %s", (path, operation) => {
    expect(operationOf(path)).toBe(operation);
  });
});
