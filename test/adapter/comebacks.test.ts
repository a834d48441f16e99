import { describe, expect, it } from "vitest";
import { Comebacks } from "../../src/adapter/comebacks.js";
import { RequestView } from "../../src/adapter/request.js";
import type { Comeback } from "../../src/flow/job.js";
import type { SluiceEvent, SluiceOptions } from "../../src/index.js";
import { virtualSluice } from "../flow/server.js";
import { askThrough, DOORS, type Door } from "./doors.js";

const URL = "https://api.example.com/v1/chat/completions";

/** A request as a Stainless SDK sends it: the first time, or again. */
function sdk(text: string, retry: number | undefined, signal?: AbortSignal): RequestInit {
  const headers = retry === undefined ? {} : { "X-Stainless-Retry-Count": String(retry) };
  return { method: "POST", headers, body: JSON.stringify({ model: "m", text }), ...(signal && { signal }) };
}

/** A sluice whose server writes down what came, in the order in which it came. */
function setUp(
  door: Door,
  options: SluiceOptions = {},
  answer: () => Response | Promise<Response> = () => Response.json({}),
) {
  const sent: string[] = [];
  const below: typeof globalThis.fetch = async (_input, init) => {
    sent.push(JSON.parse(String(init?.body)).text);
    return answer();
  };
  const events: SluiceEvent[] = [];
  const { clock, sluice } = virtualSluice({
    key: () => "k",
    control: { rateInitial: 1, rateMax: 1, burst: 1 },
    fetch: below,
    ...options,
  });
  const send = askThrough(door, sluice, below);
  const subscription = sluice.event$.subscribe((event) => events.push(event));
  /** Asks, and gives up after so long, as an SDK's own time limit does. */
  const ask = (text: string, retry?: number, giveUpAfterMs = Infinity) => {
    const controller = new AbortController();
    if (giveUpAfterMs < Infinity) clock.after(giveUpAfterMs, () => controller.abort());
    return send(URL, sdk(text, retry, controller.signal)).then(
      (response) => response.text().then(() => "answered"),
      (error: Error) => error.name,
    );
  };
  return { clock, sluice, sent, events, subscription, send, ask };
}

describe.each(DOORS)("what an SDK sends again by itself through %s", (door) => {
  it("goes on where it stood: ahead of all that came since", async () => {
    const { clock, sluice, sent, ask } = setUp(door);
    sluice.pause();
    const first = ask("patient", 0, 500);
    void ask("second", 0);
    void ask("third", 0);
    await clock.runAsync(600);
    expect(await first).toBe("AbortError");
    void ask("fourth", 0);
    void ask("patient", 1);
    await clock.runAsync(700);
    sluice.resume();
    await clock.runAsync(20_000);
    expect(sent).toEqual(["patient", "second", "third", "fourth"]);
  });

  it("goes to the end where nobody knows it, or where it isn't the same", async () => {
    const { clock, sluice, sent, ask } = setUp(door);
    sluice.pause();
    void ask("first", 0);
    void ask("other", 0, 100);
    await clock.runAsync(200);
    void ask("second", 0);
    void ask("stranger", 1);
    sluice.resume();
    await clock.runAsync(20_000);
    expect(sent).toEqual(["first", "second", "stranger"]);
  });

  it("takes the places of its like one by one, the first one first", async () => {
    const { clock, sluice, sent, ask } = setUp(door);
    sluice.pause();
    void ask("same", 0, 100);
    void ask("between", 0);
    void ask("same", 0, 100);
    void ask("after", 0);
    await clock.runAsync(200);
    void ask("same", 1);
    void ask("same", 1);
    sluice.resume();
    await clock.runAsync(20_000);
    expect(sent).toEqual(["same", "between", "same", "after"]);
  });

  it("keeps the deadline of its first call", async () => {
    const { clock, sluice, sent, send, ask } = setUp(door, { deadlineMs: 1_000 });
    sluice.pause();
    void ask("late", 0, 600);
    await clock.runAsync(700);
    const again = send(URL, sdk("late", 1)).then((response) => [response.status, clock.now()]);
    await clock.runAsync(5_000);
    expect(await again).toEqual([429, 1_000]);
    expect(sent).toEqual([]);
  });

  it("has the tries of the call before behind it: theirs and ours don't multiply", async () => {
    const lost = () => Promise.reject(new TypeError("fetch failed"));
    const { clock, sent, ask } = setUp(
      door,
      { control: { rateInitial: 100 }, retry: { attemptsMax: 3, budgetRatio: 100 } },
      lost,
    );
    for (const retry of [0, 1, 2]) {
      const asked = ask("lost", retry);
      await clock.runAsync(clock.now() + 30_000);
      expect(await asked).toBe("TypeError");
    }
    // Three for the call, and one for each time that the SDK insists.
    expect(sent).toHaveLength(5);
  });

  it("is counted, and warned of once for a key, as soon as somebody listens", async () => {
    const { clock, sluice, events, subscription, ask } = setUp(door, { control: { rateInitial: 100 } });
    subscription.unsubscribe();
    void ask("a", 1);
    await clock.runAsync(1_000);
    sluice.event$.subscribe((event) => events.push(event));
    void ask("b", 0);
    void ask("c", 2);
    void ask("d", 1);
    await clock.runAsync(2_000);
    expect(sluice.budgets()).toMatchObject([{ key: "k", comebacks: 3 }]);
    expect(events.filter(({ type }) => type === "warning")).toMatchObject([
      { key: "k", code: "caller-retries", message: expect.stringContaining("sdkOptions()") },
    ]);
    const counts = events.flatMap((event) => (event.type === "queued" ? [event.comeback] : []));
    expect(counts).toEqual([undefined, 2, 1]);
  });

  it("isn't seen where nobody counts, or what is counted makes no sense", async () => {
    const { clock, sluice, events, send, ask } = setUp(door, { control: { rateInitial: 100 } });
    void ask("plain");
    for (const odd of ["-1", "1e3", "many", "99999"]) {
      void send(URL, { method: "POST", headers: { "x-stainless-retry-count": odd }, body: '{"text":"odd"}' });
    }
    await clock.runAsync(2_000);
    expect(sluice.budgets()[0]).not.toHaveProperty("comebacks");
    expect(events.filter(({ type }) => type === "warning")).toEqual([]);
  });
});

describe("the places that are kept", () => {
  const view = (text: string, retry = 0) => RequestView.of(URL, sdk(text, retry)) as RequestView;
  const ticket = (sequence: number) => ({
    queuePlace: { sequence, virtualStart: -1, startedAtMs: 0, attempts: 0 },
    cancel: () => {},
  });
  const setUpKept = () => {
    let nowMs = 0;
    const comebacks = new Comebacks({ now: () => nowMs, wallNow: () => nowMs, after: () => () => {} });
    const sequenceOf = (comeback: Comeback | undefined) => comeback?.place?.sequence;
    return {
      comebacks,
      sequenceOf,
      pass: (ms: number) => {
        nowMs += ms;
      },
    };
  };

  it("are each key's own, and taken once", () => {
    const { comebacks, sequenceOf } = setUpKept();
    comebacks.keep(view("a"), "k", ticket(1));
    expect(sequenceOf(comebacks.of(view("a", 1), "other"))).toBeUndefined();
    expect(sequenceOf(comebacks.of(view("a", 1), "k"))).toBe(1);
    expect(sequenceOf(comebacks.of(view("a", 2), "k"))).toBeUndefined();
  });

  it("are forgotten after a minute, and the oldest first where there are too many", () => {
    const { comebacks, sequenceOf, pass } = setUpKept();
    comebacks.keep(view("old"), "k", ticket(1));
    pass(61_000);
    expect(sequenceOf(comebacks.of(view("old", 1), "k"))).toBeUndefined();
    for (let index = 1; index <= 1_001; index += 1) comebacks.keep(view(`n${index}`), "k", ticket(index));
    expect(sequenceOf(comebacks.of(view("n1", 1), "k"))).toBeUndefined();
    expect(sequenceOf(comebacks.of(view("n2", 1), "k"))).toBe(2);
    expect(sequenceOf(comebacks.of(view("n1001", 1), "k"))).toBe(1_001);
  });
});
