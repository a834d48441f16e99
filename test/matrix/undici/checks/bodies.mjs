import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { answer, api, body, inFlight, open, seen, until, usage } from "../world.mjs";

export const bodies = {
  async "the slot is held until the body ends"() {
    const { sluice, post } = open();
    let finish = () => {};
    api.handler = (_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" }).write('data: {"a":1}\n\n');
      finish = () => response.end(`data: {"usage":${JSON.stringify(usage)}}\n\ndata: [DONE]\n\n`);
    };
    const response = await post();
    assert.deepEqual(inFlight(sluice), 1);
    finish();
    assert.deepEqual((await response.body.text()).endsWith("[DONE]\n\n"), true);
    await until(() => inFlight(sluice) === 0);
  },

  async "a slow reader holds the server back"() {
    const { post } = open();
    let sent = 0;
    let isHeld = false;
    api.handler = (_request, response) => {
      response.writeHead(200);
      const chunk = Buffer.alloc(65_536);
      const write = () => {
        while (sent < 100 * 2 ** 20) {
          sent += chunk.length;
          if (!response.write(chunk)) {
            isHeld = true;
            return void response.once("drain", write);
          }
        }
        response.end();
      };
      write();
    };
    const response = await post();
    await sleep(300);
    assert.deepEqual([isHeld, sent < 90 * 2 ** 20], [true, true]);
    let read = 0;
    for await (const chunk of response.body) read += chunk.length;
    assert.equal(read, sent);
  },

  async "a body that can't be sent again is sent once"() {
    const { post } = open();
    api.handler = (_request, response) => answer(response, 429, { error: { message: "slow down" } });
    const response = await post("/", {
      body: (async function* () {
        yield body;
      })(),
    });
    assert.deepEqual([response.statusCode, seen.map((each) => each.body)], [429, [body]]);
    await response.body.dump();
  },

  async "a response that is cut is an error, and the slot is back"() {
    const { sluice, post } = open();
    api.handler = (_request, response) => {
      response.writeHead(200, { "content-length": "100" }).write("half");
      setTimeout(() => response.destroy(), 20);
    };
    const response = await post();
    const cut = await response.body.text().catch((error) => error);
    assert.equal(cut instanceof Error, true);
    await until(() => inFlight(sluice) === 0);
  },
};
