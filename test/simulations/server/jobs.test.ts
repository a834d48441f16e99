import { describe, expect, it } from "vitest";
import {
  createService,
  createServiceFetch,
  createVirtualClock,
  type ServiceOptions,
} from "../../../simulations/index.js";
import { readSignal } from "../../../src/index.js";

const MODEL = "Qwen/Qwen2.5-7B-Instruct-Turbo";

function begin(options: ServiceOptions = {}) {
  const clock = createVirtualClock();
  const service = createService({ limit: { kind: "policer" }, ...options }, clock);
  const send = createServiceFetch(service, clock);
  const call = (method: string, path: string, body?: unknown, organisation = "one") => {
    const reply = service.answer({ method, path: `/v1/${path}`, organisation, body });
    const text = String(reply.body);
    return { status: reply.status, text, json: /^[[{]/.test(text) ? JSON.parse(text.split("\n")[0] ?? "") : undefined };
  };
  return { clock, service, send, call };
}

const tune = { model: MODEL, training_file: "file-1" };

describe("simulated fine-tuning jobs", () => {
  it("run three at once: a fourth is refused with 409, and taken once one has ended", () => {
    const { clock, call } = begin({ fineTunes: { durationMs: 10_000 } });
    const ids = [1, 2, 3].map(() => call("POST", "fine-tunes", tune).json.id);
    expect(new Set(ids).size).toBe(3);
    const fourth = call("POST", "fine-tunes", tune);
    const signal = readSignal({ status: fourth.status, headers: {}, body: fourth.text }, { provider: "together" });
    expect([fourth.status, signal]).toMatchObject([
      409,
      { outcome: "saturated", refused: { dimension: "concurrency" } },
    ]);
    expect(call("POST", "fine-tunes", tune, "another").status).toBe(200);
    clock.run(5_000);
    expect(call("GET", `fine-tunes/${ids[0]}`).json.status).toBe("running");
    clock.run(10_000);
    expect(call("GET", `fine-tunes/${ids[0]}`).json).toMatchObject({ status: "completed", model: MODEL });
    expect(call("POST", "fine-tunes", tune).status).toBe(200);
    expect(call("GET", "fine-tunes").json.data.map(({ status }: { status: string }) => status)).toEqual([
      ...Array(3).fill("completed"),
      "pending",
    ]);
  });

  it("end when they are cancelled, once", () => {
    const { clock, call, service } = begin({ fineTunes: { atOnceMax: 1 } });
    const { id } = call("POST", "fine-tunes", tune).json;
    expect(call("POST", "fine-tunes", tune).status).toBe(409);
    clock.run(1_000);
    expect(call("POST", `fine-tunes/${id}/cancel`).json.status).toBe("cancelled");
    expect(call("POST", `fine-tunes/${id}/cancel`).status).toBe(400);
    expect(call("POST", "fine-tunes", tune).status).toBe(200);
    expect(service.state().jobs).toMatchObject([
      { kind: "fine-tune", id, status: "cancelled", endsAtMs: 1_000 },
      { status: "pending", endsAtMs: 61_000 },
    ]);
  });
});

/** Uploads a file of so many requests, and gives its id. */
async function upload(send: typeof fetch, requests: number): Promise<string> {
  const line = (index: number) =>
    JSON.stringify({
      custom_id: `r${index}`,
      body: { model: MODEL, messages: [{ role: "user", content: `No. ${index}` }] },
    });
  const form = new FormData();
  form.set("purpose", "batch-api");
  form.set(
    "file",
    new File([Array.from({ length: requests }, (_, index) => line(index)).join("\n")], "requests.jsonl"),
  );
  const sent = send("http://simulated/v1/files", { method: "POST", body: form });
  return ((await sent.then((response) => response.json())) as { id: string }).id;
}

describe("simulated files and batches", () => {
  const order = (id: string) => ({ input_file_id: id, endpoint: "/v1/chat/completions" });

  async function withFile(requests: number, options: ServiceOptions = {}) {
    const house = begin(options);
    const uploading = upload(house.send, requests);
    await house.clock.runAsync(1_000);
    const id = await uploading;
    const call: typeof house.call = (method, path, body) => house.call(method, path, body, "anonymous");
    return { ...house, call, id };
  }

  it("keep what was uploaded, until it is deleted", async () => {
    const { call, id } = await withFile(3);
    expect(call("GET", `files/${id}`).json).toMatchObject({ filename: "requests.jsonl", purpose: "batch-api" });
    const { text } = call("GET", `files/${id}/content`);
    expect(text.split("\n")).toHaveLength(3);
    expect(call("GET", "files").json.data[0].bytes).toBe(text.length);
    expect(call("DELETE", `files/${id}`).json).toMatchObject({ deleted: true });
    expect(call("GET", `files/${id}/content`).status).toBe(404);
  });

  it("work a batch off in its time, and leave the answers in a file, as they would have come one by one", async () => {
    const { clock, call, id, service } = await withFile(20, { batches: { requestsPerSecond: 2 } });
    const { job } = call("POST", "batches", order(id)).json;
    clock.run(clock.now() + 9_999);
    expect(call("GET", `batches/${job.id}`).json).toMatchObject({ status: "IN_PROGRESS", progress: 95 });
    clock.run(clock.now() + 1);
    const done = call("GET", `batches/${job.id}`).json;
    expect(done).toMatchObject({ status: "COMPLETED", progress: 100 });
    const results = call("GET", `files/${done.output_file_id}/content`).text.trimEnd().split("\n");
    expect(results).toHaveLength(20);
    const first = JSON.parse(results[0] ?? "");
    expect(first).toMatchObject({ custom_id: "r0", response: { status_code: 200 } });
    const alone = call("POST", "chat/completions", { model: MODEL, messages: [{ role: "user", content: "No. 0" }] });
    expect(first.response.body.choices).toEqual(alone.json.choices);
    expect(service.state().lanes).toMatchObject([{ accepted: 1 }]);
  });

  it("take no more requests in a batch, batches at once and requests in the queue than they say", async () => {
    const { call, id } = await withFile(6, { batches: { requestsMax: 6, atOnceMax: 2, queueMax: 11 } });
    expect(call("POST", "batches", order(id)).status).toBe(200);
    expect(call("POST", "batches", order(id))).toMatchObject({
      status: 409,
      text: expect.stringContaining("12 requests"),
    });
    const few = await withFile(7, { batches: { requestsMax: 6 } });
    expect(few.call("POST", "batches", order(few.id))).toMatchObject({
      status: 400,
      text: expect.stringContaining("7"),
    });
    const two = await withFile(1, { batches: { atOnceMax: 2 } });
    const statuses = [1, 2, 3].map(() => two.call("POST", "batches", order(two.id)).status);
    expect(statuses).toEqual([200, 200, 409]);
  });

  it("begin the next batch where the one before has ended, or was cancelled", async () => {
    const { clock, call, id, service } = await withFile(10, { batches: { requestsPerSecond: 1 } });
    const startMs = clock.now();
    const ids = [1, 2, 3].map(() => call("POST", "batches", order(id)).json.job.id);
    const ends = () => service.state().jobs.map(({ endsAtMs }) => endsAtMs - startMs);
    expect(ends()).toEqual([10_000, 20_000, 30_000]);
    clock.run(startMs + 4_000);
    call("POST", `batches/${ids[0]}/cancel`);
    expect(ends()).toEqual([4_000, 14_000, 24_000]);
  });

  it("leave what was answered until they were cancelled, or expired, and an error for each of the others", async () => {
    const { clock, call, id } = await withFile(10, { batches: { requestsPerSecond: 1, windowMs: 9_500 } });
    const startMs = clock.now();
    const [first, second] = [1, 2].map(() => call("POST", "batches", order(id)).json.job.id);
    clock.run(startMs + 4_000);
    call("POST", `batches/${first}/cancel`);
    clock.run(startMs + 20_000);
    const idsIn = (file: string | undefined) =>
      call("GET", `files/${file}/content`)
        .text.trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
    const cancelled = call("GET", `batches/${first}`).json;
    expect(cancelled).toMatchObject({ status: "CANCELLED", progress: 40 });
    expect(idsIn(cancelled.output_file_id).map(({ custom_id: each }) => each)).toEqual(["r0", "r1", "r2", "r3"]);
    expect(idsIn(cancelled.error_file_id)).toHaveLength(6);
    expect(idsIn(cancelled.error_file_id)[0]).toMatchObject({ custom_id: "r4", error: { code: "batch_cancelled" } });
    // It began when the first was cancelled, and its time was counted from its order on.
    const expired = call("GET", `batches/${second}`).json;
    expect(expired).toMatchObject({ status: "EXPIRED" });
    expect(idsIn(expired.output_file_id)).toHaveLength(5);
    expect(idsIn(expired.error_file_id)[0]).toMatchObject({ custom_id: "r5", error: { code: "batch_expired" } });
  });

  it.each([
    ["url", { url: "/v1/embeddings" }, "mismatched_url", /url/],
    ["model", { body: { model: "another", messages: [] } }, "mismatched_model", /model/],
    ["id", { custom_id: "a" }, "duplicate_custom_id", /custom_id a/],
    ["length of an id", { custom_id: "x".repeat(65) }, "invalid_custom_id", /64/],
  ])("fail for a request whose %s is wrong, and say which", async (_, wrong, code, message) => {
    const { call, clock, send } = await withFile(1, { provider: "openai" });
    const right = { custom_id: "a", url: "/v1/chat/completions", body: { model: MODEL, messages: [] } };
    const lines = [right, { ...right, custom_id: "b", ...wrong }].map((line) => JSON.stringify(line));
    const form = new FormData();
    form.set("purpose", "batch");
    form.set("file", new File([lines.join("\n")], "requests.jsonl"));
    const sending = send("http://simulated/v1/files", { method: "POST", body: form }).then((response) =>
      response.json(),
    );
    await clock.runAsync(clock.now() + 1_000);
    const made = call("POST", "batches", order(((await sending) as { id: string }).id)).json;
    expect(call("GET", `batches/${made.id}`).json).toMatchObject({
      status: "failed",
      errors: { data: [{ code, line: 2, message: expect.stringMatching(message) }] },
    });
  });

  it("keep what was answered with an error apart", async () => {
    const { call, clock, send } = await withFile(1);
    const form = new FormData();
    form.set("purpose", "batch-api");
    form.set("file", new File([JSON.stringify({ custom_id: "a", body: { model: "none", messages: [] } })], "r.jsonl"));
    const sending = send("http://simulated/v1/files", { method: "POST", body: form }).then((response) =>
      response.json(),
    );
    await clock.runAsync(clock.now() + 1_000);
    const { job } = call("POST", "batches", order(((await sending) as { id: string }).id)).json;
    clock.run(clock.now() + 1_000);
    const done = call("GET", `batches/${job.id}`).json;
    expect(done).not.toHaveProperty("output_file_id");
    expect(JSON.parse(call("GET", `files/${done.error_file_id}/content`).text)).toMatchObject({
      ...{ custom_id: "a", response: { status_code: 404 } },
    });
  });

  it("speak OpenAI's way where another provider is asked for", async () => {
    const { clock, call, id } = await withFile(2, { provider: "openai" });
    const made = call("POST", "batches", order(id)).json;
    expect(made).toMatchObject({ object: "batch", status: "validating", request_counts: { total: 2, completed: 0 } });
    clock.run(clock.now() + 1_000);
    expect(call("GET", "batches").json).toMatchObject({ data: [{ id: made.id, status: "completed" }] });
  });

  it.each([
    [{}, /'endpoint'/],
    [{ endpoint: "/v1/chat/completions", input_file_id: "file-9" }, /'input_file_id'/],
  ])("say what is wrong with %j", async (body, message) => {
    const { call } = begin();
    expect(call("POST", "batches", body)).toMatchObject({ status: 400, text: expect.stringMatching(message) });
  });
});
