import { describe, expect, test } from "vitest";
import { Ambient } from "../../src/adapter/context.js";
import { createSchedule } from "../../src/adapter/schedule.js";
import { completeOptions } from "../../src/complete.js";
import { isSluiceError, SluiceError } from "../../src/errors.js";
import type { SluiceEvent } from "../../src/index.js";
import { virtualSluice } from "../flow/server.js";
import { ScriptedSubmitter } from "./submitter.js";

function setUp(attemptsMax = 3) {
  const submitter = new ScriptedSubmitter();
  submitter.attemptsMax = attemptsMax;
  const schedule = createSchedule({ submitter, options: completeOptions(), ambient: new Ambient() });
  return { submitter, schedule };
}

const refusal = (status: number) => Object.assign(new Error(`status ${status}`), { status, headers: {} });

describe("schedule", () => {
  test("resolves with what the task resolves with, and gives the slot back once", async () => {
    const { submitter, schedule } = setUp();
    expect(await schedule(async () => "done", { key: "k" })).toBe("done");
    expect(submitter.told).toMatchObject([{ number: 1, responded: undefined, finished: 1 }]);
    expect(submitter.jobs[0]?.key).toBe("k");
  });

  test("a refused result is what it resolves with, once no try is left", async () => {
    const { submitter, schedule } = setUp(2);
    const response = { status: 429, headers: {} };
    expect(await schedule(async () => response)).toBe(response);
    expect(submitter.told.map(({ responded }) => responded?.status)).toEqual([429, 429]);
  });

  test("a refused response that is tried again lets go of its connection; the last one is left whole", async () => {
    const { schedule } = setUp(2);
    const ended: string[] = [];
    const refused = (name: string) =>
      new Response(new ReadableStream({ cancel: () => void ended.push(name) }), { status: 429 });
    const last = await schedule(async ({ number }) => refused(`result ${number}`));
    expect(ended).toEqual(["result 1"]);
    expect(last.bodyUsed).toBe(false);
    const dump = async () => void ended.push("undici's");
    await expect(
      schedule(async ({ number }) => {
        throw number === 1 ? Object.assign(refusal(503), { body: { dump } }) : refusal(503);
      }),
    ).rejects.toMatchObject({ status: 503 });
    expect(ended).toEqual(["result 1", "undici's"]);
  });

  test("a thrown refusal is tried again, and the last one thrown unchanged", async () => {
    const { schedule } = setUp(3);
    const errors = [refusal(429), refusal(503), refusal(429)];
    await expect(schedule(async ({ number }) => Promise.reject(errors[number - 1]))).rejects.toBe(errors[2]);
  });

  test("a task that fails for its own reasons is neither tried again nor held against the server", async () => {
    const { submitter, schedule } = setUp();
    const mistake = new TypeError("x is not a function");
    await expect(schedule(() => Promise.reject(mistake))).rejects.toBe(mistake);
    await expect(
      schedule(() => {
        throw mistake;
      }),
    ).rejects.toBe(mistake);
    expect(submitter.told).toMatchObject([
      { failed: { isOwn: true }, finished: 1 },
      { failed: { isOwn: true }, finished: 1 },
    ]);
  });

  test("a lost connection is tried again", async () => {
    const { submitter, schedule } = setUp();
    const lost = new TypeError("fetch failed", { cause: Object.assign(new Error("reset"), { code: "ECONNRESET" }) });
    const result = await schedule(async ({ number }) => (number === 1 ? Promise.reject(lost) : "later"));
    expect(result).toBe("later");
    expect(submitter.told[0]).toMatchObject({ failed: { error: lost, isOwn: false }, finished: 1 });
  });

  test("where we gave up ourselves it rejects with our error, whose cause is the last failure", async () => {
    const { submitter, schedule } = setUp(1);
    submitter.lastError = new SluiceError("ERR_SLUICE_RETRIES", "the budget is spent");
    const last = refusal(503);
    const error: unknown = await schedule(() => Promise.reject(last)).catch((reason: unknown) => reason);
    expect(isSluiceError(error) && error.code).toBe("ERR_SLUICE_RETRIES");
    expect((error as Error).cause).toBe(last);
  });

  test("reads the facts where the user says that they are; a reader that throws on a value fails the task", async () => {
    const { submitter, schedule } = setUp(1);
    const facts = (value: unknown) => ({ status: (value as { code: number }).code, headers: {} });
    expect(await schedule(async () => ({ code: 429 }), { facts })).toEqual({ code: 429 });
    expect(submitter.told[0]?.responded?.status).toBe(429);
    const broken = () => {
      throw new Error("broken reader");
    };
    await expect(schedule(async () => 1, { facts: broken })).rejects.toThrow("broken reader");
    expect(submitter.told[1]).toMatchObject({ failed: { isOwn: true }, finished: 1 });
  });

  test("an abort while the task runs rejects at once with the signal's own reason", async () => {
    const { submitter, schedule } = setUp();
    const controller = new AbortController();
    const reason = new Error("no longer needed");
    const promise = schedule(() => new Promise(() => {}), { signal: controller.signal });
    controller.abort(reason);
    await expect(promise).rejects.toBe(reason);
    expect(submitter.inFlight).toBe(0);
  });

  test("a task that never ends is given up by the loop's clock, and its late end changes nothing", async () => {
    const { submitter, schedule } = setUp(1);
    let end: (value: string) => void = () => {};
    const promise = schedule(() => new Promise<string>((resolve) => (end = resolve)));
    submitter.timeOut();
    await expect(promise).rejects.toMatchObject({ code: "ERR_SLUICE_TIMEOUT" });
    end("late");
    await Promise.resolve();
    expect(submitter.told).toMatchObject([{ finished: 1 }]);
    expect(submitter.told[0]).not.toHaveProperty("responded");
  });

  test("settles with the usage that the result tells", async () => {
    const { submitter, schedule } = setUp();
    await schedule(async () => ({ usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 } }));
    expect(submitter.told[0]?.actual).toMatchObject({ inputTokens: 7, outputTokens: 3 });
  });

  test("asks for the usage only where a budget of tokens, or a listener, wants to know it", async () => {
    let reads = 0;
    const usage = { prompt_tokens: 7, completion_tokens: 3 };
    const value = (headers: Record<string, string>) =>
      Object.defineProperty({ status: 200, headers }, "usage", {
        get() {
          reads += 1;
          return usage;
        },
      });
    const { clock, sluice } = virtualSluice();
    const ask = async (headers: Record<string, string> = {}) => {
      const asked = sluice.schedule(async () => value(headers));
      await clock.runAsync(clock.now() + 1_000);
      await asked;
      return reads;
    };
    expect(await ask()).toBe(0);
    expect(await ask({ "x-ratelimit-limit-tokens": "100", "x-ratelimit-remaining-tokens": "90" })).toBe(0);
    expect(await ask()).toBeGreaterThan(0);
    const heard = virtualSluice();
    const told: SluiceEvent[] = [];
    heard.sluice.event$.subscribe((event) => event.type === "settled" && told.push(event));
    await heard.sluice.schedule(async () => value({}));
    expect(told).toMatchObject([{ actual: { inputTokens: 7, outputTokens: 3 } }]);
  });

  test("refuses options that make no sense, and queues nothing", async () => {
    const { submitter, schedule } = setUp();
    await expect(schedule(async () => 1, { priority: Number.NaN })).rejects.toMatchObject({
      code: "ERR_SLUICE_OPTION",
    });
    await expect(schedule("task" as never)).rejects.toThrow(TypeError);
    expect(submitter.jobs).toEqual([]);
  });
});
