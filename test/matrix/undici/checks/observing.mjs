import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { observe } from "sluice/undici";
import { answer, api, body, open, origin, secret, undici, until, usage } from "../world.mjs";

const { Agent } = undici;

export const observes = {
  async "observe: learns from what nobody governs, counts nothing twice, and stops"() {
    const { sluice, dispatcher, of, post } = open();
    const stop = observe(sluice);
    const limits = { "x-ratelimit-limit": "600", "x-ratelimit-remaining": "300", "x-ratelimit-reset": "30" };
    api.handler = (_request, response) => answer(response, 200, { usage }, limits);
    const plain = new Agent();
    const bare = await plain.request({ origin, path: "/", method: "POST", body, headers: { authorization: secret } });
    await bare.body.text();
    await until(() => of("settled").length === 1, "the observed request is settled");
    await (await post()).body.text();
    await until(() => of("settled").length === 2, "the governed request is settled");
    const [foreign, own] = of("sent");
    assert.deepEqual([foreign.isForeign, own.isForeign, foreign.key], [true, undefined, own.key]);
    const row = sluice.budgets().find(({ dimension }) => dimension === "requests");
    assert.deepEqual([row.accepted, row.remaining > 200 && row.remaining < 400], [2, true]);
    await (await globalThis.fetch(`${origin}/`, { method: "POST", body })).text();
    await until(() => of("settled").length === 3, "Node's own fetch is observed");
    stop();
    await (await plain.request({ origin, path: "/", method: "GET" })).body.text();
    await sleep(50);
    assert.equal(of("sent").length, 3);
    await plain.close();
    void dispatcher;
  },
};
