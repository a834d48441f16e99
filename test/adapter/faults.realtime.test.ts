import { afterEach, describe, expect, it } from "vitest";
import { type FaultKind, type RunningServer, startServer } from "../../simulations/index.js";
import { createSluice, type Sluice } from "../../src/index.js";

const MODEL = "meta-llama/Llama-3.3-70B-Instruct-Turbo";
let server: RunningServer;
let sluice: Sluice;

/** A server with one thing wrong for its first answer, and a sluice in front of it. */
async function open(kind: FaultKind): Promise<(stream?: boolean) => Promise<Response>> {
  server = await startServer({
    limit: { kind: "policer", requestsPerSecond: 50, depthMs: 1_000 },
    latency: { firstByteMs: 10 },
    faults: [{ kind, times: 1 }],
  });
  sluice = createSluice({ provider: "together", attemptTimeoutMs: 1_000, control: { rateInitial: 20 } });
  return (stream = false) =>
    sluice.fetch(`${server.url}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: MODEL, stream, max_tokens: 5, messages: [{ role: "user", content: "hello" }] }),
    });
}

afterEach(async () => {
  // Whatever happened, every slot is free again, no rate is poisoned, and the next request is fine.
  for (const row of sluice.budgets()) {
    expect(row).toMatchObject({ inFlight: 0, queued: 0 });
    expect(row.ratePerSecond).toBeGreaterThan(0);
    expect(row.ratePerSecond).toBeLessThanOrEqual(1e9);
  }
  await sluice.close();
  await server.close();
});

const read = async (response: Response): Promise<[number, string]> => [response.status, await response.text()];

describe("a server that does one thing wrong", () => {
  it.each(["garbage-headers", "reset-1970", "limit-zero"] as const)(
    "%s: is read past, and answers on",
    async (kind) => {
      const send = await open(kind);
      const answers = await Promise.all(Array.from({ length: 5 }, () => send().then(read)));
      expect(answers.map(([status]) => status)).toEqual([200, 200, 200, 200, 200]);
    },
  );

  it("close-early: is asked again", async () => {
    const send = await open("close-early");
    const answers = await Promise.all(Array.from({ length: 3 }, () => send().then(read)));
    expect(answers.map(([status]) => status)).toEqual([200, 200, 200]);
  });

  it("never-answer: is given up after attemptTimeoutMs, and asked again", async () => {
    const send = await open("never-answer");
    const answers = await Promise.all(Array.from({ length: 3 }, () => send().then(read)));
    expect(answers.map(([status]) => status)).toEqual([200, 200, 200]);
    expect(sluice.budgets()[0]).toMatchObject({ accepted: 3, throttled: 0, overloaded: 0 });
  });

  it("close-mid-body: the reader is told, nobody asks again, and the others get theirs", async () => {
    const send = await open("close-mid-body");
    const ends = await Promise.allSettled(Array.from({ length: 3 }, () => send().then(read)));
    expect(ends.filter(({ status }) => status === "rejected")).toHaveLength(1);
    expect(server.state().lanes[0]?.offered).toBe(3);
  });

  it("error-in-stream: is delivered as it came, learnt from, and not sent again", async () => {
    const send = await open("error-in-stream");
    const [status, text] = await read(await send(true));
    expect(status).toBe(200);
    expect(text).toContain("error");
    expect(server.state().lanes[0]?.offered).toBe(1);
    const [next] = await read(await send(true));
    expect(next).toBe(200);
    expect(sluice.budgets()[0]?.overloaded).toBe(1);
  });

  it("retry-after-year: fails at once what waits, with a word on why", async () => {
    const send = await open("retry-after-year");
    const [status, body] = await read(await send());
    expect(status).toBe(429);
    expect(body.length).toBeGreaterThan(0);
    const refused = await send();
    expect(refused.headers.get("x-should-retry")).toBe("false");
    expect(await refused.json()).toMatchObject({ error: { type: "rate_limit_error", code: "ERR_SLUICE_EXHAUSTED" } });
  });
});
