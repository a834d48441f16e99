import OpenAI from "openai";
import { afterEach, describe, expect, it } from "vitest";
import { type RunningServer, startServer } from "../../simulations/index.js";
import { createSluice, type Sluice } from "../../src/index.js";

const MODEL = "meta-llama/Llama-3.3-70B-Instruct-Turbo";
const ask = { model: MODEL, max_tokens: 4, messages: [{ role: "user" as const, content: "hello" }] };

let server: RunningServer;
let sluice: Sluice;

async function open(limit: number): Promise<OpenAI> {
  server = await startServer({
    limit: { kind: "policer", requestsPerSecond: limit, depthMs: 1_000 },
    latency: { firstByteMs: 20 },
  });
  sluice = createSluice({ provider: "together" });
  return new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "sk-secret-of-mine", ...sluice.sdkOptions() });
}

afterEach(async () => {
  await sluice.close({ abort: true });
  await server.close();
});

describe("the official OpenAI SDK, as installed, through sluice.fetch", () => {
  it("gets every answer of a hundred asked for at once, at the server's rate, with next to no refusal", async () => {
    const client = await open(20);
    const answers = await Promise.all(Array.from({ length: 100 }, () => client.chat.completions.create(ask)));
    expect(answers.every(({ choices }) => (choices[0]?.message.content?.length ?? 0) > 0)).toBe(true);
    const [lane] = server.state().lanes;
    expect(lane?.accepted).toBe(100);
    expect(lane?.throttled).toBeLessThanOrEqual(3);
    const row = sluice.budgets().find(({ dimension }) => dimension === "requests");
    expect(row).toMatchObject({ phase: "follow", accepted: 100, queued: 0, inFlight: 0 });
    expect(row?.key).not.toContain("secret");
  });

  it("streams token by token, holds the slot to the end, and settles what was used", async () => {
    const client = await open(20);
    let chunks = 0;
    let usage: unknown;
    const settled: unknown[] = [];
    sluice.event$.subscribe((event) => event.type === "settled" && settled.push(event.actual));
    for await (const chunk of await client.chat.completions.create({ ...ask, max_tokens: 20, stream: true })) {
      if (chunks === 0) expect(sluice.budgets()[0]?.inFlight).toBe(1);
      chunks++;
      usage = chunk.usage ?? usage;
    }
    expect(chunks).toBeGreaterThan(5);
    expect(sluice.budgets()[0]?.inFlight).toBe(0);
    expect(settled).toEqual([
      expect.objectContaining({ outputTokens: (usage as { completion_tokens: number }).completion_tokens }),
    ]);
  });

  it("leaves a stream that it has aborted without an error, as over the bare fetch", async () => {
    const client = await open(20);
    const controller = new AbortController();
    const stream = await client.chat.completions.create(
      { ...ask, max_tokens: 2_000, stream: true },
      { signal: controller.signal },
    );
    for await (const _ of stream) {
      controller.abort();
      break;
    }
    expect(sluice.budgets()[0]?.inFlight).toBe(0);
  });

  it("raises its own typed error, after one try, where sluice itself refuses", async () => {
    const client = await open(1);
    const others = Array.from({ length: 5 }, () => client.chat.completions.create(ask).catch(() => undefined));
    const late = sluice.with({ waitMaxMs: 50 }, () => client.chat.completions.create(ask));
    await expect(late).rejects.toBeInstanceOf(OpenAI.RateLimitError);
    await expect(late).rejects.toMatchObject({ status: 429, code: "ERR_SLUICE_WAIT" });
    await sluice.close({ abort: true });
    await Promise.all(others);
  });
});
