import { describe, expect, it } from "vitest";
import {
  createService,
  createServiceFetch,
  createVirtualClock,
  type ServiceOptions,
} from "../../../simulations/index.js";
import { eventsOf } from "../../../src/signal/body.js";
import { usageOf } from "../../../src/signal/usage.js";

type Json = Readonly<Record<string, unknown>>;

function begin(options: ServiceOptions) {
  const clock = createVirtualClock();
  const send = createServiceFetch(createService({ limit: { kind: "policer" }, ...options }, clock), clock);
  return async (path: string, body: object, headers: Record<string, string> = {}) => {
    const sent = send(`http://simulated${path}`, { method: "POST", body: JSON.stringify(body), headers });
    await clock.runAsync();
    const response = await sent;
    const text = response.text();
    await clock.runAsync();
    return { status: response.status, text: await text };
  };
}

/** The text at a place in JSON, "" where there is none. */
function textAt(json: unknown, place: readonly (string | number)[]): string {
  const found = place.reduce<unknown>(
    (value, step) => (value as Record<string | number, unknown> | null)?.[step],
    json,
  );
  return typeof found === "string" ? found : "";
}

const QUESTION = "What is additive increase?";
const said = [{ role: "user", content: QUESTION }];

/** How each API is asked, and where it puts its answer: in one piece, and in each event. */
const FORMS = [
  {
    form: "OpenAI's chat",
    provider: "openai",
    path: () => "/v1/chat/completions",
    body: { model: "gpt-4.1-mini", messages: said },
    most: (tokens: number) => ({ max_tokens: tokens }),
    whole: ["choices", 0, "message", "content"],
    part: ["choices", 0, "delta", "content"],
  },
  {
    form: "Groq's chat, below its own folder",
    provider: "groq",
    path: () => "/openai/v1/chat/completions",
    body: { model: "llama-3.3-70b-versatile", messages: said },
    most: (tokens: number) => ({ max_completion_tokens: tokens }),
    whole: ["choices", 0, "message", "content"],
    part: ["choices", 0, "delta", "content"],
  },
  {
    form: "OpenAI's responses",
    provider: "openai",
    path: () => "/v1/responses",
    body: { model: "gpt-4.1-mini", input: QUESTION },
    most: (tokens: number) => ({ max_output_tokens: tokens }),
    whole: ["output", 0, "content", 0, "text"],
    part: ["delta"],
  },
  {
    form: "Anthropic's messages",
    provider: "anthropic",
    path: () => "/v1/messages",
    body: { model: "claude-haiku-4-5", max_tokens: 1_000, messages: said },
    most: (tokens: number) => ({ max_tokens: tokens }),
    whole: ["content", 0, "text"],
    part: ["delta", "text"],
  },
  {
    form: "Google's generateContent",
    provider: "google",
    path: (isStreamed: boolean) =>
      `/v1beta/models/gemini-2.5-flash:${isStreamed ? "streamGenerateContent?alt=sse" : "generateContent"}`,
    body: { contents: [{ role: "user", parts: [{ text: QUESTION }] }] },
    most: (tokens: number) => ({ generationConfig: { maxOutputTokens: tokens } }),
    whole: ["candidates", 0, "content", "parts", 0, "text"],
    part: ["candidates", 0, "content", "parts", 0, "text"],
  },
  {
    form: "Cohere's chat",
    provider: "cohere",
    path: () => "/v2/chat",
    body: { model: "command-a-03-2025", messages: said },
    most: (tokens: number) => ({ max_tokens: tokens }),
    whole: ["message", "content", 0, "text"],
    part: ["delta", "message", "content", "text"],
  },
];

describe.each(FORMS)("$form", ({ provider, path, body, most, whole, part }) => {
  const ask = begin({ provider });

  it("answers the same in one piece and in events, and tells what it spent in both", async () => {
    const plain = await ask(path(false), body);
    expect(plain.status).toBe(200);
    const answer: Json = JSON.parse(plain.text);
    expect(textAt(answer, whole).split(" ").length).toBeGreaterThan(3);
    const streamed = await ask(path(true), { ...body, stream: true });
    const events = eventsOf(streamed.text).map(({ data }) => data as Json);
    expect(events.map((event) => textAt(event, part)).join("")).toBe(textAt(answer, whole));
    const spent = usageOf(answer);
    expect(spent?.["outputTokens"]).toBe(textAt(answer, whole).split(" ").length);
    expect(spent?.["inputTokens"]).toBeGreaterThan(0);
    expect(usageOf(streamed.text)).toEqual(spent);
  });

  it("cuts the answer at the most that was asked for", async () => {
    const { text } = await ask(path(false), { ...body, ...most(3) });
    expect(textAt(JSON.parse(text), whole).split(" ")).toHaveLength(3);
    expect(usageOf(text)).toMatchObject({ outputTokens: 3 });
  });

  it("refuses what makes no sense, and names it", async () => {
    const silly = await ask(path(false), { ...body, ...most(0) });
    expect(silly.status).toBe(400);
    const { messages: _, contents: __, input: ___, ...empty } = body as Json;
    const nothing = await ask(path(false), empty);
    expect(nothing.status).toBe(400);
    expect(nothing.text).toMatch(/messages|contents|input/);
  });
});

describe("paths", () => {
  it("are found by the model that stands in them, and by no other", async () => {
    const ask = begin({ provider: "google" });
    const body = { contents: [{ parts: [{ text: QUESTION }] }] };
    expect(await ask("/v1beta/models/gemini-9:generateContent", body)).toMatchObject({ status: 404 });
    expect(await ask("/v1beta/models/gemini-2.5-flash:countTokens", body)).toMatchObject({ status: 404 });
  });

  it("are each key's own, wherever the key stands", async () => {
    const clock = createVirtualClock();
    const service = createService({ provider: "google", limit: { kind: "policer" } }, clock);
    const send = createServiceFetch(service, clock);
    const body = JSON.stringify({ contents: [{ parts: [{ text: QUESTION }] }] });
    const url = "http://simulated/v1beta/models/gemini-2.5-flash:generateContent";
    void send(url, { method: "POST", body, headers: { "x-goog-api-key": "one" } });
    void send(`${url}?key=two`, { method: "POST", body });
    await clock.runAsync();
    const lanes = service.state().lanes;
    expect(lanes.map(({ accepted }) => accepted)).toEqual([1, 1]);
    expect(new Set(lanes.map(({ organisation }) => organisation)).size).toBe(2);
  });
});

describe("embeddings in the forms of other providers", () => {
  const norm = (vector: unknown) => Math.hypot(...(vector as number[]));

  it("are Google's, one by one or many at once", async () => {
    const ask = begin({ provider: "google" });
    const path = (method: string) => `/v1beta/models/gemini-embedding-001:${method}`;
    const content = (text: string) => ({ content: { parts: [{ text }] }, outputDimensionality: 8 });
    const one = JSON.parse((await ask(path("embedContent"), content("a"))).text) as { embedding: { values: number[] } };
    const many = JSON.parse((await ask(path("batchEmbedContents"), { requests: ["a", "b"].map(content) })).text) as {
      embeddings: { values: number[] }[];
    };
    expect(many.embeddings[0]).toEqual(one.embedding);
    expect(many.embeddings.map(({ values }) => [values.length, norm(values)])).toEqual([
      [8, expect.closeTo(1)],
      [8, expect.closeTo(1)],
    ]);
    expect(JSON.parse((await ask(path("batchEmbedContents"), { requests: [] })).text)).toMatchObject({
      error: { code: 400, status: "INVALID_ARGUMENT" },
    });
    expect((await ask(path("embedContent"), { text: "a" })).status).toBe(400);
  });

  it("are Cohere's", async () => {
    const ask = begin({ provider: "cohere" });
    const body = { model: "embed-v4.0", texts: ["a", "b"], input_type: "search_query", output_dimension: 4 };
    const { embeddings } = JSON.parse((await ask("/v2/embed", body)).text) as { embeddings: { float: number[][] } };
    expect(embeddings.float.map((each) => [each.length, norm(each)])).toEqual([
      [4, expect.closeTo(1)],
      [4, expect.closeTo(1)],
    ]);
    for (const wrong of [{ texts: [1] }, { output_dimension: 0 }, { input_type: null }]) {
      expect((await ask("/v2/embed", { ...body, ...wrong })).status).toBe(400);
    }
  });
});

describe("the list of models", () => {
  const get = async (provider: string, path: string) => {
    const clock = createVirtualClock();
    const send = createServiceFetch(createService({ provider, models: [{ id: "a/b", type: "chat" }] }, clock), clock);
    const sent = send(`http://simulated${path}`);
    await clock.runAsync();
    return { status: (await sent).status, json: (await (await sent).json()) as Json };
  };

  it.each([
    ["openai", "/v1/models", { object: "list", data: [{ id: "a/b", object: "model" }] }],
    ["anthropic", "/v1/models", { has_more: false, data: [{ id: "a/b", type: "model", display_name: "a/b" }] }],
    ["google", "/v1beta/models", { models: [{ name: "models/a/b" }] }],
    ["groq", "/openai/v1/models", { data: [{ id: "a/b" }] }],
    ["openai", "/v1/models/a/b", { id: "a/b" }],
    ["openai", "/v1/models/a%2Fb", { id: "a/b" }],
  ])("is %s's at %s", async (provider, path, json) => {
    expect(await get(provider, path)).toMatchObject({ status: 200, json });
  });

  it("has no model that isn't there, and says so as the provider does", async () => {
    expect(await get("google", "/v1beta/models/none")).toMatchObject({
      status: 404,
      json: { error: { status: "NOT_FOUND" } },
    });
    expect(await get("openai", "/v1/models/%E0%A4%A")).toMatchObject({ status: 404 });
  });
});
