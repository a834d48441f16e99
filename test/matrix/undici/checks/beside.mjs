import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { answer, api, ok, open, origin, seen, undici } from "../world.mjs";

const { cacheStores, interceptors } = undici;

export const besideItsOwn = {
  async "a cache outside spends no permit on what it answers; inside it spends one"() {
    const cacheable = (_request, response) => answer(response, 200, { a: 1 }, { "cache-control": "max-age=60" });
    const sends = async (compose) => {
      const { of, dispatcher } = open({}, compose);
      api.handler = cacheable;
      for (let index = 0; index < 3; index++) {
        const response = await dispatcher.request({ origin, path: "/cached", method: "GET" });
        await response.body.text();
        await sleep(50);
      }
      return [of("sent").length, seen.length];
    };
    const cache = () => interceptors.cache({ store: new cacheStores.MemoryCacheStore() });
    assert.deepEqual(await sends((gate) => [gate, cache()]), [1, 1]);
    assert.deepEqual(await sends((gate) => [cache(), gate]), [3, 1]);
  },

  async "a retry outside is a paced send; inside it goes on one permit"() {
    const sends = async (compose) => {
      const { of, dispatcher } = open({ retry: { attemptsMax: 1 } }, compose);
      api.handler = (request, response) => (seen.length === 1 ? answer(response, 503, {}) : ok(request, response));
      const response = await dispatcher.request({ origin, path: "/", method: "GET" });
      await response.body.text();
      return [response.statusCode, of("sent").length, seen.length];
    };
    const retry = () => interceptors.retry({ maxRetries: 2, minTimeout: 10 });
    assert.deepEqual(await sends((gate) => [gate, retry()]), [200, 2, 2]);
    assert.deepEqual(await sends((gate) => [retry(), gate]), [200, 1, 2]);
  },

  async "a redirect outside asks for each hop; inside all go on one permit, and its history is told"() {
    const sends = async (compose) => {
      const { of, dispatcher } = open({}, compose);
      api.handler = (request, response) =>
        request.url === "/from" ? response.writeHead(302, { location: "/to" }).end() : ok(request, response);
      const response = await dispatcher.request({ origin, path: "/from", method: "GET" });
      await response.body.text();
      return [
        response.statusCode,
        of("sent").length,
        seen.length,
        response.context.history.map(({ pathname }) => pathname),
      ];
    };
    const redirect = () => interceptors.redirect({ maxRedirections: 3 });
    assert.deepEqual(await sends((gate) => [gate, redirect()]), [200, 2, 2, ["/from", "/to"]]);
    assert.deepEqual(await sends((gate) => [redirect(), gate]), [200, 1, 2, ["/from", "/to"]]);
  },
};
