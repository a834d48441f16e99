import { afterEach, describe, expect, it } from "vitest";
import { type RunningServer, type ServerOptions, startServer } from "../../../simulations/server/http.js";
import { startPlainLoop, toProgress } from "../../../src/cli/demo/plain-loop.js";
import type { RequestLine } from "../../../src/cli/demo/requests.js";

const MODEL = "meta-llama/Llama-3.3-70B-Instruct-Turbo";

let server: RunningServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const linesOf = (count: number): readonly RequestLine[] =>
  Array.from({ length: count }, (_, index) => ({
    custom_id: `r${index}`,
    method: "POST",
    url: "/v1/chat/completions",
    body: { model: MODEL, max_tokens: 2, messages: [{ role: "user", content: "Hi" }] },
  }));

async function run(count: number, retriesMax: number, options: ServerOptions, signal = new AbortController().signal) {
  server = await startServer({ latency: { firstByteMs: 2, perTokenMs: 0, refusalMs: 1 }, ...options });
  const loop = startPlainLoop(linesOf(count), server.url, { concurrency: 4, retriesMax }, signal);
  await loop.done;
  const [tally] = loop.tallies;
  if (tally === undefined) throw new Error("one model was asked");
  return { tally, lane: server.state().lanes[0] };
}

describe("startPlainLoop", () => {
  it("sends everything once where nothing is refused", async () => {
    const { tally, lane } = await run(20, 2, { limit: { kind: "policer", requestsPerSecond: 1_000 } });
    expect(tally).toMatchObject({ total: 20, answered: 20, lost: 0, tries: 20, inFlight: 0 });
    expect(lane?.accepted).toBe(20);
  });

  it("tries what is refused again, gives up in the end, and counts as the server does", async () => {
    const limit = { kind: "policer", requestsPerSecond: 2, depthMs: 1_000 } as const;
    const { tally, lane } = await run(8, 1, { limit, headers: "none" });
    expect(tally.answered + tally.lost).toBe(8);
    expect(tally.lost).toBeGreaterThan(0);
    expect(tally).toMatchObject({ answered: lane?.accepted, throttled: lane?.throttled, tries: lane?.offered });
    expect(toProgress(tally, "chat")).toMatchObject({ model: "plain: chat", done: 8, failed: tally.lost, queued: 0 });
  });

  it("stops when it is told to", async () => {
    const { tally } = await run(500, 4, { limit: { kind: "policer", requestsPerSecond: 1 } }, AbortSignal.timeout(200));
    expect(tally.answered + tally.lost).toBeLessThan(500);
  });
});
