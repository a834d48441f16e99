import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { api, body, inFlight, open, origin, queued, seen, undici, until } from "../world.mjs";

const { fetch: undiciFetch } = undici;

export const waits = {
  async "a time-out inside the wait is ours, and says so"() {
    const { sluice, post } = open();
    sluice.pause();
    const response = await sluice.with({ waitMaxMs: 30 }, () => post());
    assert.deepEqual([response.statusCode, (await response.body.json()).error.code], [429, "ERR_SLUICE_WAIT"]);
  },

  async "the headers' clock doesn't tick while a request waits"() {
    const { sluice, post } = open({}, undefined, { headersTimeout: 300 });
    sluice.pause();
    const asked = post();
    await sleep(1_500);
    sluice.resume();
    const response = await asked;
    assert.equal(response.statusCode, 200);
    await response.body.dump();
  },

  async "an abort leaves the queue at once: request, stream, pipeline, fetch"() {
    const { sluice, dispatcher, of, post } = open();
    sluice.pause();
    const ways = {
      request: (signal) => post("/", { signal }),
      stream: (signal) =>
        dispatcher.stream({ origin, path: "/", method: "POST", body, signal }, () => assert.fail("an answer")),
      pipeline: (signal) =>
        new Promise((_resolve, reject) => {
          const duplex = dispatcher.pipeline({ origin, path: "/", method: "POST", signal }, ({ body }) => body);
          duplex.on("error", reject).end(body);
        }),
      fetch: (signal) => undiciFetch(`${origin}/`, { method: "POST", body, signal, dispatcher }),
    };
    for (const [name, send] of Object.entries(ways)) {
      const controller = new AbortController();
      const outcome = send(controller.signal).then(
        () => `${name} was answered`,
        () => "aborted",
      );
      await until(() => queued(sluice) === 1, `${name} is queued`);
      controller.abort();
      assert.deepEqual(await outcome, "aborted");
      await until(() => queued(sluice) === 0, `${name} has left the queue`);
    }
    assert.deepEqual([of("dropped").map(({ code }) => code), seen.length], [Array(4).fill("aborted"), 0]);
  },

  async "an abort in flight, and one while the body is read, give the slot back"() {
    const { sluice, post } = open();
    api.handler = (_request, response) => response.writeHead(200, { "content-type": "text/plain" }).write("half");
    const controller = new AbortController();
    const response = await post("/", { signal: controller.signal });
    assert.deepEqual(inFlight(sluice), 1);
    controller.abort();
    await response.body.text().catch(() => undefined);
    await until(() => inFlight(sluice) === 0, "the slot of a body is back");
    api.handler = () => {};
    const early = new AbortController();
    const asked = post("/", { signal: early.signal }).catch(() => "aborted");
    await until(() => seen.length === 2);
    early.abort();
    assert.deepEqual(await asked, "aborted");
    await until(() => inFlight(sluice) === 0, "the slot of a request is back");
  },
};
