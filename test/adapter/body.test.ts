import { describe, expect, test } from "vitest";
import { createVirtualClock } from "../../simulations/index.js";
import { watchBody } from "../../src/adapter/body.js";
import { Expiry } from "../../src/adapter/expiry.js";
import { Slot } from "../../src/adapter/slot.js";
import type { Cost } from "../../src/cost.js";

const ANSWER = JSON.stringify({ usage: { prompt_tokens: 3, completion_tokens: 2 } });
const SPENT = { inputTokens: 3, outputTokens: 2, tokens: 5 };

function setUp(wantsActual = true) {
  const finished: (Cost | undefined)[] = [];
  const holder = { wantsActual, correct: () => {}, finish: (actual?: Cost) => void finished.push(actual) };
  const slot = () => new Slot({ status: 200, headers: {} }, holder, new Expiry(createVirtualClock(), 1_000));
  return { finished, slot };
}

const answer = () => new Response(ANSWER, { headers: { "content-type": "application/json" } });

describe("watchBody", () => {
  test.each(["json", "text", "arrayBuffer"] as const)("%s() reads no usage that nobody asks for", async (name) => {
    const { finished, slot } = setUp(false);
    await watchBody(answer(), slot())[name]();
    expect(finished).toEqual([undefined]);
  });

  test.each(["json", "text", "arrayBuffer"] as const)("%s() settles with the usage, once", async (name) => {
    const { finished, slot } = setUp();
    const response = watchBody(answer(), slot());
    await response[name]();
    expect(finished).toEqual([SPENT]);
    await expect(response[name]()).rejects.toThrow(TypeError);
    expect(finished).toEqual([SPENT]);
  });

  test("a response stays an instance of its class, and is extended by nothing that can be listed", () => {
    const { slot } = setUp();
    const response = watchBody(answer(), slot());
    expect(response).toBeInstanceOf(Response);
    expect(response.constructor).toBe(Response);
    expect([response.status, response.ok, response.bodyUsed]).toEqual([200, true, false]);
    expect(Reflect.ownKeys(response)).toEqual(Reflect.ownKeys(answer()));
    expect(Object.getOwnPropertyDescriptor(Response.prototype, "json")?.value).not.toBe(response.json);
  });

  test("a response that two watch, one on top of the other, gives both their slots back", async () => {
    const inner = setUp();
    const outer = setUp();
    const response = watchBody(watchBody(answer(), inner.slot()), outer.slot());
    await response.json();
    expect([inner.finished, outer.finished]).toEqual([[SPENT], [SPENT]]);
    const streamed = watchBody(watchBody(answer(), inner.slot()), outer.slot());
    expect(await new Response(streamed.body).text()).toBe(ANSWER);
    expect([inner.finished.length, outer.finished.length]).toEqual([2, 2]);
  });

  test("a clone is watched too: the slot is held until one is read or all are let go of", async () => {
    const { finished, slot } = setUp();
    const response = watchBody(answer(), slot());
    const stream = response.body;
    const copy = response.clone();
    await Promise.all([stream?.cancel(), expect(copy.text()).resolves.toBe(ANSWER)]);
    expect(finished).toEqual([SPENT]);
  });

  test("a stream that failed gives its slot back though nobody reads on; the rest is there for whoever does", async () => {
    const { finished, slot } = setUp();
    const usage = 'data: {"usage":{"prompt_tokens":3,"completion_tokens":2}}\n\n';
    const left = [usage, "event: error\ndata: {}\n\n", "data: 1\n\n"];
    const body = new ReadableStream({
      pull(controller) {
        const text = left.shift();
        if (text === undefined) controller.close();
        else controller.enqueue(new TextEncoder().encode(text));
      },
    });
    const response = watchBody(new Response(body, { headers: { "content-type": "text/event-stream" } }), slot());
    const reader = response.body?.getReader();
    await reader?.read();
    expect(finished).toEqual([]);
    await reader?.read();
    expect(finished).toEqual([SPENT]);
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("data: 1\n\n");
    expect((await reader?.read())?.done).toBe(true);
    expect(finished).toEqual([SPENT]);
  });

  test("what has no body, or can't be covered, gives its slot back at once", () => {
    const { finished, slot } = setUp();
    const frozen = Object.freeze(answer());
    expect(watchBody(frozen, slot())).toBe(frozen);
    watchBody(new Response(null, { status: 204 }), slot());
    expect(finished).toEqual([undefined, undefined]);
  });
});
