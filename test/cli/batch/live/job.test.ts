import { describe, expect, it } from "vitest";
import type { Governor } from "../../../../src/cli/batch/live/governor.js";
import { runJob } from "../../../../src/cli/batch/live/job.js";
import { Progress } from "../../../../src/cli/batch/progress.js";
import { lineRequests } from "../../../../src/cli/batch/requests/requests.js";
import { noPast } from "../../../../src/cli/batch/results/past.js";
import { format } from "../../../../src/cli/batch/results/result-line.js";
import type { Results } from "../../../../src/cli/batch/results/results.js";
import { Router } from "../../../../src/cli/batch/servers.js";
import { readTasks, survey } from "../../../../src/cli/batch/survey.js";
import { SluiceError } from "../../../../src/errors.js";

type Answer = (id: string, url: string) => Promise<Response> | Response;

/** A line of the results, as the hosted batch has it. */
interface ResultLine {
  readonly id: string;
  readonly custom_id: string | null;
  readonly response: { readonly status_code: number; readonly body: unknown } | null;
  readonly error: unknown;
}

const line = (id: string) => JSON.stringify({ custom_id: id, url: "/v1/chat", body: { model: "m", id } });
const json = (status: number, body: unknown = {}) => Response.json(body, { status });

/** A sluice that lets everything through at once, and after its close nothing. */
function openSluice(answer: Answer): Governor & { readonly sent: string[] } {
  let isClosed = false;
  const sent: string[] = [];
  return {
    sent,
    async fetch(url, init) {
      if (isClosed) throw new SluiceError("ERR_SLUICE_CLOSED", "closed");
      const { id } = JSON.parse(String(init?.body)) as { id: string };
      sent.push(id);
      return answer(id, String(url));
    },
    budgets: () => [],
    close: async () => {
      isClosed = true;
    },
  };
}

async function run(
  lines: readonly string[],
  answer: Answer,
  options: { write?: Results["write"]; interrupt?: AbortSignal; ordered?: boolean } = {},
) {
  const requests = lineRequests(
    async function* () {
      yield Buffer.from(lines.map((text) => `${text}\n`).join(""));
    },
    new Router([{ baseUrl: new URL("http://server.invalid/v1") }]),
  );
  const written: ResultLine[] = [];
  const write: Results["write"] = async (result) => {
    await options.write?.(result);
    written.push(JSON.parse(format(result)) as ResultLine);
  };
  const sluice = openSluice(answer);
  const past = noPast();
  const found = await survey(requests, past);
  const progress = new Progress(found.models, () => []);
  const stop = await runJob({
    queues: [readTasks(requests, past)],
    inFlight: () => sluice.sent.length,
    sluice,
    ordered: options.ordered ?? false,
    results: { write, sync: async () => undefined, close: async () => undefined },
    progress,
    interrupt: options.interrupt ?? new AbortController().signal,
  });
  return { stop, written, sent: sluice.sent, progress, ids: written.map((result) => result.custom_id) };
}

const ids = (count: number) => Array.from({ length: count }, (_, index) => `r${index}`);

describe("runJob", () => {
  it("writes the server's answer to each request once, in the hosted batch's form", async () => {
    const answer: Answer = (id, url) => Response.json({ id, url }, { headers: { "x-request-id": `req-${id}` } });
    const { written, stop } = await run([line("a"), line("b")], answer);
    expect(stop).toBeUndefined();
    expect(written).toEqual(
      ["a", "b"].map((id) => ({
        id: expect.stringMatching(/^batch_req_[0-9a-f]{24}$/),
        custom_id: id,
        response: { status_code: 200, request_id: `req-${id}`, body: { id, url: "http://server.invalid/v1/chat" } },
        error: null,
      })),
    );
  });

  it("keeps answers that are no success, and bodies that are no JSON", async () => {
    const { written, progress } = await run([line("a"), line("b")], (id) =>
      id === "a" ? json(404, { error: { message: "no such model" } }) : new Response("<html>", { status: 200 }),
    );
    expect(written.map(({ response }) => [response?.status_code, response?.body])).toEqual([
      [404, { error: { message: "no such model" } }],
      [200, "<html>"],
    ]);
    expect(progress.failures).toEqual([["404", 1]]);
  });

  it("turns lines that can't be sent into error lines, and sends the rest", async () => {
    const { written, sent, progress } = await run([line("a"), "{", line("a"), line("b")], () => json(200));
    expect(sent).toEqual(["a", "b"]);
    expect(written.filter(({ error }) => error !== null)).toMatchObject([
      { custom_id: null, response: null, error: { code: "invalid_json", line: 2 } },
      { custom_id: "a", response: null, error: { code: "duplicate_custom_id", line: 3 } },
    ]);
    expect(progress.problems).toBe(2);
  });

  it("writes why there is no answer, where the sluice gave up or the network did", async () => {
    const { written } = await run([line("a"), line("b")], (id) => {
      if (id === "a") throw new SluiceError("ERR_SLUICE_RETRIES", "spent");
      throw new TypeError("fetch failed", { cause: Object.assign(new Error("connect"), { code: "ECONNREFUSED" }) });
    });
    expect(written.map(({ error }) => error)).toEqual([
      { code: "ERR_SLUICE_RETRIES", message: "spent" },
      { code: "ECONNREFUSED", message: "fetch failed: connect" },
    ]);
  });

  it("takes a last refusal for the server's answer", async () => {
    const details = { status: 429, headers: new Headers({ "x-request-id": "q" }), body: '{"error":"slow"}' };
    const { written } = await run([line("a")], () => {
      throw new SluiceError("ERR_SLUICE_RETRIES", "refused", details);
    });
    expect(written).toMatchObject([
      { response: { status_code: 429, request_id: "q", body: { error: "slow" } }, error: null },
    ]);
  });

  it("sends a request again whose answer broke off, and says so if it never ends", async () => {
    const cut = () =>
      new Response(
        new ReadableStream({
          start(controller) {
            controller.enqueue(new Uint8Array([123]));
            controller.error(new TypeError("terminated"));
          },
        }),
      );
    let times = 0;
    const once = await run([line("a")], () => (times++ === 0 ? cut() : json(200)));
    expect(once.written).toMatchObject([{ response: { status_code: 200 } }]);
    const always = await run([line("a")], cut);
    expect(always.sent).toHaveLength(3);
    expect(always.written).toMatchObject([
      { response: null, error: { code: "body_cut_short", message: "terminated" } },
    ]);
  });

  it.each([
    ["exhausted", () => Promise.reject(new SluiceError("ERR_SLUICE_EXHAUSTED", "no credit"))],
    ["unauthorized", () => json(401, { error: { message: "no credit" } })],
  ])("stops when asking is futile (%s), and writes nothing for what is left", async (because, futile) => {
    const { stop, ids: done } = await run(ids(5).map(line), (id) => (id === "r2" ? futile() : json(200)));
    expect(stop).toEqual({ because, message: "no credit" });
    expect(done).not.toContain("r2");
  });

  it("ends what is in flight when it is interrupted, and leaves the rest", async () => {
    const interrupt = new AbortController();
    const answer: Answer = async (id) => {
      if (id === "r1") interrupt.abort();
      await Promise.resolve();
      return id === "r0" ? json(200) : json(429);
    };
    const { stop, sent, ids: done } = await run(ids(20_000).map(line), answer, { interrupt: interrupt.signal });
    expect(stop).toEqual({ because: "interrupted" });
    expect(sent.length).toBeLessThan(20_000);
    // A refusal that would have been tried again is nobody's last word.
    expect(done).toEqual(["r0"]);
  });

  it("sends nothing where it was interrupted before it began", async () => {
    const { stop, sent } = await run([line("a")], () => json(200), { interrupt: AbortSignal.abort() });
    expect([stop, sent]).toEqual([{ because: "interrupted" }, []]);
  });

  it("stops when results can't be written", async () => {
    const { stop, written } = await run(ids(3).map(line), () => json(200), {
      write: async (result) => {
        if (result.customId === "r1") throw new Error("ENOSPC: no space left on device");
      },
    });
    expect(stop).toEqual({ because: "unwritable", message: "ENOSPC: no space left on device" });
    expect(written.map((result) => result.custom_id)).not.toContain("r1");
  });

  it("writes results in the order of their requests where it is told to, errors among them", async () => {
    const lines = [...ids(20).map(line), "{", ...ids(40).slice(20).map(line)];
    const answer: Answer = async (id) => {
      for (let turns = (Number(id.slice(1)) * 7) % 11; turns > 0; turns -= 1) await new Promise(setImmediate);
      return json(id === "r5" ? 404 : 200);
    };
    const { ids: done } = await run(lines, answer, { ordered: true });
    expect(done).toEqual([...ids(20), null, ...ids(40).slice(20)]);
    expect((await run(lines, answer)).ids).not.toEqual(done);
  });

  it("holds no more than so many requests at once, and ends them all", async () => {
    let held = 0;
    let heldMax = 0;
    const { ids: done } = await run(ids(9_000).map(line), async () => {
      held += 1;
      heldMax = Math.max(heldMax, held);
      await new Promise((resolve) => setImmediate(resolve));
      held -= 1;
      return json(200);
    });
    expect(heldMax).toBeLessThanOrEqual(4_000);
    expect(new Set(done).size).toBe(9_000);
  });
});
