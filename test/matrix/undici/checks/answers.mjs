import assert from "node:assert/strict";
import { answer, api, body, onceRefused, open, origin, seen, undici, until, usage } from "../world.mjs";

const { Agent, setGlobalDispatcher, fetch: undiciFetch } = undici;

export const answers = {
  async "request: answered, keyed by origin, fingerprint and model, settled with its usage"() {
    const { post, of, events } = open();
    const response = await post("/v1/chat/completions");
    assert.deepEqual([response.statusCode, await response.body.json()], [200, { usage }]);
    const settled = await until(() => of("settled")[0]);
    assert.deepEqual(settled.actual, { inputTokens: 11, outputTokens: 5, tokens: 16 });
    const [at, fingerprint, model] = settled.key.split("|");
    assert.deepEqual([at, model, /^[0-9a-f]{12}$/.test(fingerprint)], [origin, "m", true]);
    assert.equal(JSON.stringify(events).includes("sk-not"), false);
  },

  async "a refusal is sent again with the same body"() {
    const { post } = open();
    api.handler = onceRefused;
    const response = await post();
    assert.deepEqual([response.statusCode, seen.map((each) => each.body)], [200, [body, body]]);
    await response.body.dump();
  },

  async "the last refusal is the server's own, with x-should-retry: false"() {
    const { post } = open({ retry: { attemptsMax: 1 } });
    api.handler = (_request, response) => answer(response, 429, { error: { message: "no" } });
    const response = await post();
    assert.deepEqual([response.statusCode, response.headers["x-should-retry"]], [429, "false"]);
    assert.deepEqual(await response.body.json(), { error: { message: "no" } });
  },

  async "what we refuse ourselves is a synthetic 429, or an error where that is asked for"() {
    const full = { queue: { sizeMax: 0 } };
    const { sluice, post } = open(full);
    sluice.pause();
    const response = await post();
    const { error } = await response.body.json();
    assert.deepEqual(
      [response.statusCode, response.headers["x-should-retry"], error.code],
      [429, "false", "ERR_SLUICE_QUEUE_FULL"],
    );
    assert.deepEqual(seen.length, 0);
    const throwing = open({ ...full, onReject: "throw" });
    throwing.sluice.pause();
    const thrown = await throwing.post().catch((reason) => reason);
    assert.deepEqual([thrown.code, thrown.status], ["ERR_SLUICE_QUEUE_FULL", 429]);
  },

  async "fetch, Node's own and undici's: tried again, with its model, through setGlobalDispatcher"() {
    for (const [name, fetch] of [
      ["Node's", (...args) => globalThis.fetch(...args)],
      ["undici's", undiciFetch],
    ]) {
      const { dispatcher, of } = open();
      api.handler = onceRefused;
      setGlobalDispatcher(dispatcher);
      const response = await fetch(`${origin}/v1/x`, { method: "POST", body });
      assert.deepEqual([name, response.status, seen.map((each) => each.body)], [name, 200, [body, body]]);
      assert.deepEqual(await response.json(), { usage });
      const settled = await until(() => of("settled")[0]);
      assert.deepEqual([settled.key.split("|")[2], settled.actual?.tokens], ["m", 16]);
      setGlobalDispatcher(new Agent());
    }
  },
};
