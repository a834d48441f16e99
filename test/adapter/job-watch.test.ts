import { afterEach, describe, expect, it } from "vitest";
import {
  createService,
  createServiceFetch,
  createVirtualClock,
  type ServiceOptions,
  seededRandom,
} from "../../simulations/index.js";
import { createSluice, type Sluice, type SluiceEvent, type SluiceOptions } from "../../src/index.js";
import { askThrough, DOORS, type Door } from "./doors.js";

const API = "https://api.together.xyz/v1";
const MODEL = "Qwen/Qwen2.5-7B-Instruct-Turbo";
const MINUTE_MS = 60_000;

let open: Sluice | undefined;
afterEach(async () => {
  const closing = open?.close({ abort: true });
  open = undefined;
  await closing;
});

/** A sluice in front of a Together that runs three jobs at once, of ten minutes each. */
function begin(door: Door, server: ServiceOptions = {}, options: SluiceOptions = {}) {
  const clock = createVirtualClock();
  const service = createService({ fineTunes: { durationMs: 10 * MINUTE_MS }, ...server }, clock);
  const fetch = createServiceFetch(service, clock);
  const asked: string[] = [];
  const below: typeof globalThis.fetch = (input, init) => {
    asked.push(`${init?.method ?? "GET"} ${new URL(String(input)).pathname.slice(3)}`);
    return fetch(input, init);
  };
  const sluice = createSluice({ clock, random: seededRandom(1), fetch: below, ...options });
  open = sluice;
  const ask = askThrough(door, sluice, below);
  const events: SluiceEvent[] = [];
  sluice.event$.subscribe((event) => events.push(event));
  const send = async (init: RequestInit) => {
    const body = JSON.stringify({ model: MODEL, training_file: "file-1" });
    const response = await ask(`${API}/fine-tunes`, { method: "POST", body, ...init });
    return { status: response.status, id: ((await response.json()) as { id: string }).id, atMs: clock.now() };
  };
  /** A rejection that nobody has awaited yet when the test ends is none of its failures. */
  const order = (init: RequestInit = {}) => {
    const sent = send(init);
    sent.catch(() => {});
    return sent;
  };
  const refused = () => events.filter((event) => event.type === "response" && event.outcome === "saturated").length;
  const running = () => service.state().jobs.filter(({ status }) => status === "running").length;
  return { clock, service, below, sluice, ask, events, asked, order, refused, running };
}

describe.each(DOORS)("fine-tuning jobs at Together through %s", (door) => {
  it("run three at once: a fourth waits, is sent once one has ended, and costs no rate", async () => {
    const { clock, sluice, order, asked, refused, running, events } = begin(door);
    const all = Array.from({ length: 7 }, () => order());
    await clock.runAsync(5_000);
    expect(running()).toBe(3);
    expect(sluice.budgets().find(({ dimension }) => dimension === "concurrency")).toMatchObject({
      inFlightMax: 3,
      inFlight: 3,
      queued: 4,
    });
    await clock.runAsync(35 * MINUTE_MS);
    const ends = await Promise.all(all);
    expect(ends.map(({ status }) => status)).toEqual(Array(7).fill(200));
    // Each is sent within the pause between two looks after one before it has ended.
    expect(ends.slice(3).every(({ atMs }, index) => atMs > (index < 3 ? 10 : 20) * MINUTE_MS)).toBe(true);
    expect((ends[3]?.atMs ?? 0) / MINUTE_MS).toBeLessThan(11.5);
    // Now and then it looks whether there is room for one more by now.
    expect(refused()).toBeLessThan(12);
    const lowered = events.filter(
      (event) => event.type === "decision" && event.dimension === "requests" && event.decision.move === "decrease",
    );
    expect(lowered).toEqual([]);
    // How jobs stand is asked politely: some twenty minutes of waiting, three at a time.
    expect(asked.filter((each) => each.startsWith("GET /fine-tunes/ft-")).length).toBeLessThan(120);
    expect(asked.filter((each) => each === "GET /fine-tunes/ft-1").length).toBeGreaterThan(5);
  });

  it("are asked after by nobody while nobody waits, and keep no timer", async () => {
    const { clock, order, asked } = begin(door);
    const jobs = [order(), order(), order()];
    await clock.runAsync(10_000);
    await Promise.all(jobs);
    expect(clock.pending).toBe(0);
    await clock.runAsync(30 * MINUTE_MS);
    expect(asked).toEqual(Array(3).fill("POST /fine-tunes"));
    // Long after they have ended the next ones are asked for: one look tells.
    const later = [order(), order(), order()];
    await clock.runAsync(clock.now() + MINUTE_MS);
    expect((await Promise.all(later)).map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it.each([
    ["each of them", (ids: readonly string[]) => ids.map((id) => `fine-tunes/${id}?verbose=1`)],
    ["their list", () => ["fine-tunes"]],
  ])("give their places back when their owner asks after %s, and aren't asked after once more", async (_, paths) => {
    const { clock, sluice, ask, order, asked } = begin(door);
    const jobs = [order(), order(), order()];
    await clock.runAsync(10_000);
    const ids = (await Promise.all(jobs)).map(({ id }) => id);
    const look = async () => {
      for (const path of paths(ids)) await (await ask(`${API}/${path}`, {})).text();
    };
    void look();
    await clock.runAsync(clock.now() + MINUTE_MS);
    expect(sluice.budgets().find(({ dimension }) => dimension === "concurrency")?.inFlight).toBe(3);
    await clock.runAsync(11 * MINUTE_MS);
    void look();
    await clock.runAsync(clock.now() + MINUTE_MS);
    expect(sluice.budgets().find(({ dimension }) => dimension === "concurrency")?.inFlight).toBe(0);
    const before = asked.length;
    const atMs = clock.now();
    const next = order();
    await clock.runAsync(clock.now() + MINUTE_MS);
    expect((await next).atMs - atMs).toBeLessThan(4_000);
    expect(asked.slice(before)).toEqual(["POST /fine-tunes"]);
  });

  it("of others count too: with none of its own it looks again, ever later, and runs out of no tries", async () => {
    const { clock, below, order, refused } = begin(door);
    const body = JSON.stringify({ model: MODEL, training_file: "file-1" });
    for (let index = 0; index < 3; index++) void below(`${API}/fine-tunes`, { method: "POST", body });
    const mine = order();
    await clock.runAsync(9 * MINUTE_MS);
    expect(refused()).toBeGreaterThan(5);
    expect(refused()).toBeLessThan(15);
    await clock.runAsync(12 * MINUTE_MS);
    const { status, atMs } = await mine;
    expect(status).toBe(200);
    expect(atMs / MINUTE_MS).toBeLessThan(11.2);
  });

  it("are asked after with the credentials of their order, and with nothing else of it", async () => {
    const seen: Headers[] = [];
    const clock = createVirtualClock();
    const fetch: typeof globalThis.fetch = async (_input, init) => {
      if (init?.method === "POST") return Response.json({ id: "ft 1/2", status: "pending" });
      seen.push(new Headers(init?.headers));
      return Response.json({ status: "completed" });
    };
    const other = createSluice({ clock, random: seededRandom(1), fetch, concurrencyMax: 1 });
    open = other;
    const headers = {
      authorization: "Bearer secret",
      "x-together-debug": "1",
      "content-type": "application/json",
      "idempotency-key": "once",
    };
    const ask = askThrough(door, other, fetch);
    const order = async () => (await ask(`${API}/fine-tunes`, { method: "POST", body: "{}", headers })).json();
    const all = [order(), order()];
    // The credential's fingerprint comes from WebCrypto, which knows no virtual time.
    await expect.poll(() => other.budgets().length).toBeGreaterThan(0);
    await clock.runAsync(clock.now() + MINUTE_MS);
    await Promise.all(all);
    expect(seen.map((each) => Object.fromEntries(each))).toEqual([
      { authorization: "Bearer secret", "x-together-debug": "1" },
    ]);
  });

  it("find a higher cap than the documented one, by one more at a time", async () => {
    const { clock, order, running, refused } = begin(door, {
      fineTunes: { atOnceMax: 6, durationMs: 600 * MINUTE_MS },
    });
    for (let index = 0; index < 6; index++) void order().catch(() => {});
    await clock.runAsync(15 * MINUTE_MS);
    expect(running()).toBe(6);
    expect(refused()).toBe(0);
  });

  it("give their places back when they fail to tell their id, or are gone", async () => {
    const clock = createVirtualClock();
    let made = 0;
    const fetch: typeof globalThis.fetch = async (input) =>
      String(input).endsWith("/fine-tunes")
        ? Response.json(++made <= 3 ? {} : { id: `ft-${made}`, status: "pending" })
        : Response.json({ error: { message: "gone" } }, { status: 404 });
    const sluice = createSluice({ clock, random: seededRandom(1), provider: "together", fetch });
    open = sluice;
    const ask = askThrough(door, sluice, fetch);
    const order = () => ask("http://localhost/v1/fine-tunes", { method: "POST", body: "{}" });
    const all = Array.from({ length: 8 }, async () => (await order()).text());
    await clock.runAsync(5 * MINUTE_MS);
    await Promise.all(all);
    expect(made).toBe(8);
  });

  it("end their wait with their deadline, an abort, or the sluice, and leave no timer", async () => {
    const { clock, sluice, order } = begin(door);
    for (let index = 0; index < 3; index++) void order();
    await clock.runAsync(5_000);
    const abort = new AbortController();
    const late = sluice.with({ deadlineMs: MINUTE_MS }, () => order());
    const aborted = order({ signal: abort.signal }).catch((error: unknown) => error);
    const closed = order().catch((error: unknown) => error);
    await clock.runAsync(2 * MINUTE_MS);
    expect((await late).status).toBe(429);
    abort.abort("enough");
    expect(await aborted).toBe("enough");
    const closing = sluice.close();
    expect(await closed).toMatchObject({ code: "ERR_SLUICE_CLOSED" });
    await clock.runAsync(3 * MINUTE_MS);
    await closing;
    expect(clock.pending).toBe(0);
  });
});

describe.each(DOORS)("batches at Together through %s", (door) => {
  it("run ten at once, known by the id inside the job", async () => {
    const { clock, service, ask, refused } = begin(door, { batches: { requestsPerSecond: 0.01 } });
    const form = new FormData();
    form.set("purpose", "batch-api");
    const line = JSON.stringify({
      custom_id: "a",
      body: { model: MODEL, messages: [{ role: "user", content: "Hi" }] },
    });
    form.set("file", new File([line], "a.jsonl"));
    const send = async (path: string, body: BodyInit) => {
      const response = await ask(`${API}/${path}`, { method: "POST", body });
      return (await response.json()) as { id: string };
    };
    let file: string | undefined;
    void send("files", form).then(({ id }) => {
      file = id;
    });
    // How a form becomes bytes is the platform's affair, which knows no virtual time: on Node 26 it takes some turns more.
    await expect.poll(() => clock.runAsync(clock.now() + 1_000).then(() => file), { timeout: 15_000 }).toBeDefined();
    const order = JSON.stringify({ input_file_id: file, endpoint: "/v1/chat/completions" });
    const all = Array.from({ length: 12 }, () => send("batches", order));
    await clock.runAsync(clock.now() + 15_000);
    expect(service.state().jobs).toHaveLength(10);
    await clock.runAsync(clock.now() + 10 * MINUTE_MS);
    await Promise.all(all);
    expect(service.state().jobs).toHaveLength(12);
    expect(refused()).toBeLessThan(5);
  });
});
