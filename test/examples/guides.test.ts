// The code of the guides, run.

import { toArray } from "rxjs";
import { createSluice, type FetchRequest, type Sluice } from "sluice";
import { type RunningServer, startServer } from "sluice/simulations";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { vectors } from "./guides/jobs.js";
import * as operating from "./guides/operating.js";
import { explain, sluice as withOptions } from "./guides/retries.js";
import * as sharing from "./guides/sharing.js";
import * as start from "./guides/start.js";
import { stream } from "./guides/streaming.js";
import { each, embeddings, warm } from "./guides/streams.js";
import { cost, rows, scheduled, sluice as withCost } from "./guides/tokens.js";

async function* yielding<T>(...items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

const request = (text: string): FetchRequest => ({
  url: "https://acme.openai.azure.com/v1/chat/completions",
  method: "POST",
  headers: new Headers(),
  model: "gpt-4.1-mini",
  text,
});

describe("the code of the guides", () => {
  let server: RunningServer;
  let baseURL = "";
  beforeAll(async () => {
    for (const method of ["log", "table"] as const) vi.spyOn(console, method).mockReturnValue();
    const limit = { kind: "policer", requestsPerSecond: 50 } as const;
    server = await startServer({ provider: "openai", limit, latency: { firstByteMs: 5, perTokenMs: 0 }, seed: 1 });
    baseURL = `${server.url}/v1`;
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    await start.end();
    await server.close();
  });

  it("answers all prompts, and shows how it stands", async () => {
    expect(await start.answerAll(baseURL, ["a", "b", "c"])).toHaveLength(3);
    expect(start.look()).toMatchObject([{ accepted: 3, throttled: 0 }]);
  });

  it("streams", async () => {
    expect(await stream(baseURL, "why?")).not.toBe("");
  });

  it("tells its own errors from others, with code and times", async () => {
    expect(await explain(async () => "well")).toBe("well");
    await expect(explain(() => Promise.reject(new TypeError("own")))).rejects.toThrow("own");
    withOptions.pause("my-model");
    await withOptions.close();
    expect(await explain(async () => "too late")).toBe("ERR_SLUICE_CLOSED after 0 tries; again in ? ms");
  });

  it("estimates tokens by the body and what it allows", async () => {
    expect(cost(request('{"max_tokens": 100, "n": 1}'))).toEqual({ tokens: 27 / 4 + 100 });
    expect(cost(request(""))).toEqual({ tokens: 500 });
    const send = async () => new Response("{}", { headers: { "x-ratelimit-limit-tokens": "9000" } });
    expect(await scheduled(send, "text")).toBeInstanceOf(Response);
    expect(rows()).toEqual(["tokens"]);
    await withCost.close();
  });

  it("maps in order, and paces with RxJS, leaving out what fails", async () => {
    await using sluice = createSluice({ control: { rateInitial: 1_000 }, retry: { attemptsMax: 1 } });
    expect(await each(sluice, yielding("a", "b"), async (line) => line.toUpperCase())).toEqual(["A", "B"]);
    const embed = async (text: string) => (text === "b" ? Promise.reject(new Error("b")) : [text.length]);
    const found = embeddings(sluice, ["aa", "b", "ccc"], embed).pipe(toArray());
    expect(await new Promise((resolve) => found.subscribe(resolve))).toEqual(expect.arrayContaining([[2], [3]]));
    const warmed = warm(JSON.stringify(sluice.snapshot()));
    const keysOf = (one: Sluice) => one.snapshot().keys.map(({ key }) => key);
    expect(keysOf(warmed)).toEqual(keysOf(sluice));
    await warmed.close();
  });

  it("shares a limit by priority, tenant, rule and hand", async () => {
    expect(await sharing.urgent(async (question) => `${question}!`, "why")).toBe("why!");
    const jobs = yielding({ user: "ann", text: "1" }, { user: "bob", text: "2" });
    expect((await sharing.fair(jobs, async ({ text }) => text)).sort()).toEqual(["1", "2"]);
    await sharing.byHand();
    await Promise.all([sharing.sluice.close(), sharing.governed.close()]);
  });

  it("packs embeddings in their order", async () => {
    const client = {
      embeddings: {
        create: async ({ input }: { input: string[] }) => ({
          data: input.map((text, index) => ({ index, embedding: [text.length] })),
        }),
      },
    };
    const found: unknown[] = [];
    for await (const vector of vectors(yielding("a", "bb"), client, "m2-bert")) found.push(vector);
    expect(found).toEqual([[1], [2]]);
  });

  it("tells of decreases, on its own event$ and on the channel of the process", async () => {
    const lines: string[] = [];
    const types = new Set<string>();
    operating.listenToAll(({ type }) => types.add(type));
    const stop = operating.listen((line) => lines.push(line));
    let refused = 0;
    const task = async () => ({ status: refused++ < 1 ? 429 : 200, headers: { "retry-after": "0" } });
    await operating.sluice.schedule(task, { key: "m" });
    expect(lines).toEqual([expect.stringMatching(/^m: down to 0\.\d a second, fresh-429$/)]);
    expect([...types]).toEqual(expect.arrayContaining(["sent", "response", "decision", "settled"]));
    expect(operating.troubled()).toEqual([]);
    stop();
    await operating.sluice.close();
  });
});
