import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { createSluice } from "sluice";
import { observe, sluiceInterceptor } from "sluice/undici";
import { Agent, cacheStores, interceptors, setGlobalDispatcher, fetch as undiciFetch } from "undici";

// What must hold of `sluice/undici` with whichever undici and Node this runs on: one JSON line a check.

const secret = "Bearer sk-not-to-be-seen";
const body = JSON.stringify({ model: "m", messages: [] });
const usage = { prompt_tokens: 11, completion_tokens: 5, total_tokens: 16 };
const FAST = { control: { rateInitial: 1e6, burst: 1_000 } };

let handler = () => {};
const seen = [];
const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("error", () => {});
  request.on("end", () => {
    seen.push({ url: request.url, atMs: performance.now(), body: Buffer.concat(chunks).toString() });
    handler(request, response);
  });
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${server.address().port}`;

const answer = (response, status, value, headers = {}) =>
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
const ok = (_request, response) => answer(response, 200, { usage });
const onceRefused = (request, response) =>
  seen.length === 1 ? answer(response, 429, { error: { message: "slow down" } }) : ok(request, response);

/** A sluice, the dispatcher that it governs, and what it tells. */
function open(options = {}, compose = (gate) => [gate], agentOptions = {}) {
  seen.length = 0;
  handler = ok;
  const sluice = createSluice({ ...FAST, ...options });
  const events = [];
  sluice.event$.subscribe((event) => events.push(event));
  const agent = new Agent(agentOptions);
  const dispatcher = agent.compose(...compose(sluiceInterceptor(sluice)));
  const post = (path = "/", more = {}) =>
    dispatcher.request({ origin, path, method: "POST", body, headers: { authorization: secret }, ...more });
  const of = (type) => events.filter((event) => event.type === type);
  return { sluice, dispatcher, agent, events, of, post };
}

const checks = {
  async "request: answered, keyed by origin, fingerprint and model, settled with its usage"() {
    const { post, of, events } = open();
    const response = await post("/v1/chat/completions");
    equal([response.statusCode, await response.body.json()], [200, { usage }]);
    const [settled] = await until(() => of("settled").length === 1 && of("settled"));
    equal(settled.actual, { inputTokens: 11, outputTokens: 5, tokens: 16 });
    const [at, fingerprint, model] = settled.key.split("|");
    equal([at, model, /^[0-9a-f]{12}$/.test(fingerprint)], [origin, "m", true]);
    equal(JSON.stringify(events).includes("sk-not"), false);
  },

  async "a refusal is sent again with the same body"() {
    const { post } = open();
    handler = onceRefused;
    const response = await post();
    equal([response.statusCode, seen.map((each) => each.body)], [200, [body, body]]);
    await response.body.dump();
  },

  async "the last refusal is the server's own, with x-should-retry: false"() {
    const { post } = open({ retry: { attemptsMax: 1 } });
    handler = (_request, response) => answer(response, 429, { error: { message: "no" } });
    const response = await post();
    equal([response.statusCode, response.headers["x-should-retry"]], [429, "false"]);
    equal(await response.body.json(), { error: { message: "no" } });
  },

  async "what we refuse ourselves is a synthetic 429, or an error where that is asked for"() {
    const full = { queue: { sizeMax: 0 } };
    const { sluice, post } = open(full);
    sluice.pause();
    const response = await post();
    const { error } = await response.body.json();
    equal(
      [response.statusCode, response.headers["x-should-retry"], error.code],
      [429, "false", "ERR_SLUICE_QUEUE_FULL"],
    );
    equal(seen.length, 0);
    const throwing = open({ ...full, onReject: "throw" });
    throwing.sluice.pause();
    const thrown = await throwing.post().catch((reason) => reason);
    equal([thrown.code, thrown.status], ["ERR_SLUICE_QUEUE_FULL", 429]);
  },

  async "a time-out inside the wait is ours, and says so"() {
    const { sluice, post } = open();
    sluice.pause();
    const response = await sluice.with({ waitMaxMs: 30 }, () => post());
    equal([response.statusCode, (await response.body.json()).error.code], [429, "ERR_SLUICE_WAIT"]);
  },

  async "the headers' clock doesn't tick while a request waits"() {
    const { sluice, post } = open({}, undefined, { headersTimeout: 300 });
    sluice.pause();
    const asked = post();
    await sleep(1_500);
    sluice.resume();
    const response = await asked;
    equal(response.statusCode, 200);
    await response.body.dump();
  },

  async "an abort leaves the queue at once: request, stream, pipeline, fetch"() {
    const { sluice, dispatcher, of, post } = open();
    sluice.pause();
    const ways = {
      request: (signal) => post("/", { signal }),
      stream: (signal) =>
        dispatcher.stream({ origin, path: "/", method: "POST", body, signal }, () => unreachable("an answer")),
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
      equal(await outcome, "aborted");
      await until(() => queued(sluice) === 0, `${name} has left the queue`);
    }
    equal([of("dropped").map(({ code }) => code), seen.length], [Array(4).fill("aborted"), 0]);
  },

  async "an abort in flight, and one while the body is read, give the slot back"() {
    const { sluice, post } = open();
    handler = (_request, response) => response.writeHead(200, { "content-type": "text/plain" }).write("half");
    const controller = new AbortController();
    const response = await post("/", { signal: controller.signal });
    equal(inFlight(sluice), 1);
    controller.abort();
    await response.body.text().catch(() => undefined);
    await until(() => inFlight(sluice) === 0, "the slot of a body is back");
    handler = () => {};
    const early = new AbortController();
    const asked = post("/", { signal: early.signal }).catch(() => "aborted");
    await until(() => seen.length === 2);
    early.abort();
    equal(await asked, "aborted");
    await until(() => inFlight(sluice) === 0, "the slot of a request is back");
  },

  async "the slot is held until the body ends"() {
    const { sluice, post } = open();
    let finish = () => {};
    handler = (_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" }).write('data: {"a":1}\n\n');
      finish = () => response.end(`data: {"usage":${JSON.stringify(usage)}}\n\ndata: [DONE]\n\n`);
    };
    const response = await post();
    equal(inFlight(sluice), 1);
    finish();
    equal((await response.body.text()).endsWith("[DONE]\n\n"), true);
    await until(() => inFlight(sluice) === 0);
  },

  async "a slow reader holds the server back"() {
    const { post } = open();
    let sent = 0;
    let isHeld = false;
    handler = (_request, response) => {
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
    equal([isHeld, sent < 90 * 2 ** 20], [true, true]);
    let read = 0;
    for await (const chunk of response.body) read += chunk.length;
    equal(read, sent);
  },

  async "a body that can't be sent again is sent once"() {
    const { post } = open();
    handler = (_request, response) => answer(response, 429, { error: { message: "slow down" } });
    const response = await post("/", {
      body: (async function* () {
        yield body;
      })(),
    });
    equal([response.statusCode, seen.map((each) => each.body)], [429, [body]]);
    await response.body.dump();
  },

  async "a response that is cut is an error, and the slot is back"() {
    const { sluice, post } = open();
    handler = (_request, response) => {
      response.writeHead(200, { "content-length": "100" }).write("half");
      setTimeout(() => response.destroy(), 20);
    };
    const response = await post();
    const cut = await response.body.text().catch((error) => error);
    equal(cut instanceof Error, true);
    await until(() => inFlight(sluice) === 0);
  },

  async "fetch, Node's own and undici's: tried again, with its model, through setGlobalDispatcher"() {
    for (const [name, fetch] of [
      ["Node's", (...args) => globalThis.fetch(...args)],
      ["undici's", undiciFetch],
    ]) {
      const { dispatcher, of } = open();
      handler = onceRefused;
      setGlobalDispatcher(dispatcher);
      const response = await fetch(`${origin}/v1/x`, { method: "POST", body });
      equal([name, response.status, seen.map((each) => each.body)], [name, 200, [body, body]]);
      equal(await response.json(), { usage });
      const [settled] = await until(() => of("settled").length === 1 && of("settled"));
      equal([settled.key.split("|")[2], settled.actual?.tokens], ["m", 16]);
      setGlobalDispatcher(new Agent());
    }
  },

  async "a cache outside spends no permit on what it answers; inside it spends one"() {
    const cacheable = (_request, response) => answer(response, 200, { a: 1 }, { "cache-control": "max-age=60" });
    const sends = async (compose) => {
      const { of, dispatcher } = open({}, compose);
      handler = cacheable;
      for (let index = 0; index < 3; index++) {
        const response = await dispatcher.request({ origin, path: "/cached", method: "GET" });
        await response.body.text();
        await sleep(50);
      }
      return [of("sent").length, seen.length];
    };
    const cache = () => interceptors.cache({ store: new cacheStores.MemoryCacheStore() });
    equal(await sends((gate) => [gate, cache()]), [1, 1]);
    equal(await sends((gate) => [cache(), gate]), [3, 1]);
  },

  async "a retry outside is a paced send; inside it goes on one permit"() {
    const sends = async (compose) => {
      const { of, dispatcher } = open({ retry: { attemptsMax: 1 } }, compose);
      handler = (request, response) => (seen.length === 1 ? answer(response, 503, {}) : ok(request, response));
      const response = await dispatcher.request({ origin, path: "/", method: "GET" });
      await response.body.text();
      return [response.statusCode, of("sent").length, seen.length];
    };
    const retry = () => interceptors.retry({ maxRetries: 2, minTimeout: 10 });
    equal(await sends((gate) => [gate, retry()]), [200, 2, 2]);
    equal(await sends((gate) => [retry(), gate]), [200, 1, 2]);
  },

  async "a redirect outside asks for each hop; inside all go on one permit, and its history is told"() {
    const sends = async (compose) => {
      const { of, dispatcher } = open({}, compose);
      handler = (request, response) =>
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
    equal(await sends((gate) => [gate, redirect()]), [200, 2, 2, ["/from", "/to"]]);
    equal(await sends((gate) => [redirect(), gate]), [200, 1, 2, ["/from", "/to"]]);
  },

  async "a handler of another undici is refused, and doesn't hang"() {
    const { sluice } = open();
    const dispatch = sluiceInterceptor(sluice)(() => unreachable("a dispatch"));
    const old = { onConnect() {}, onHeaders() {}, onData() {}, onComplete() {}, onError() {} };
    let thrown;
    try {
      dispatch({ origin, path: "/", method: "GET" }, old);
    } catch (error) {
      thrown = error;
    }
    equal([thrown?.code, /onRequestStart/.test(thrown?.message)], ["ERR_SLUICE_OPTION", true]);
  },

  async "inside a task a request takes no second permit"() {
    const { sluice, post, of } = open();
    await sluice.schedule(async () => (await post()).body.text(), { key: "task" });
    equal(
      of("sent").map(({ key }) => key),
      ["task"],
    );
  },

  async "two gates, one within the other: the outer governs, and a warning says so once"() {
    for (const same of [true, false]) {
      const { sluice, dispatcher, of } = open();
      const outer = same ? sluice : createSluice(FAST);
      const stacked = dispatcher.compose(sluiceInterceptor(outer));
      const told = [];
      outer.event$.subscribe((event) => told.push(event));
      for (let index = 0; index < 2; index++) {
        const response = await stacked.request({ origin, path: "/", method: "POST", body });
        await response.body.text();
      }
      const warnings = (events) => events.filter(({ type }) => type === "warning").map(({ code }) => code);
      equal([warnings(told), warnings(of("warning"))], [["stacked"], ["stacked"]]);
      equal([told.filter(({ type }) => type === "sent").length, of("sent").length], [2, same ? 2 : 0]);
    }
  },

  async "sluice.fetch over a gate: the fetch governs, and a warning says so once"() {
    const { sluice, dispatcher, of } = open();
    setGlobalDispatcher(dispatcher);
    for (let index = 0; index < 2; index++) await (await sluice.fetch(`${origin}/`, { method: "POST", body })).text();
    setGlobalDispatcher(new Agent());
    equal([of("sent").length, of("warning").map(({ code }) => code), seen.length], [2, ["stacked"], 2]);
  },

  async "observe: learns from what nobody governs, counts nothing twice, and stops"() {
    const { sluice, dispatcher, of, post } = open();
    const stop = observe(sluice);
    const limits = { "x-ratelimit-limit": "600", "x-ratelimit-remaining": "300", "x-ratelimit-reset": "30" };
    handler = (_request, response) => answer(response, 200, { usage }, limits);
    const plain = new Agent();
    const bare = await plain.request({ origin, path: "/", method: "POST", body, headers: { authorization: secret } });
    await bare.body.text();
    await until(() => of("settled").length === 1, "the observed request is settled");
    await (await post()).body.text();
    await until(() => of("settled").length === 2, "the governed request is settled");
    const [foreign, own] = of("sent");
    equal([foreign.isForeign, own.isForeign, foreign.key], [true, undefined, own.key]);
    const row = sluice.budgets().find(({ dimension }) => dimension === "requests");
    equal([row.accepted, row.remaining > 200 && row.remaining < 400], [2, true]);
    await (await globalThis.fetch(`${origin}/`, { method: "POST", body })).text();
    await until(() => of("settled").length === 3, "Node's own fetch is observed");
    stop();
    await (await plain.request({ origin, path: "/", method: "GET" })).body.text();
    await sleep(50);
    equal(of("sent").length, 3);
    await plain.close();
    void dispatcher;
  },
};

const wanted = process.argv.slice(2);
let isRed = false;
for (const [check, run] of Object.entries(checks)) {
  if (wanted.length > 0 && !wanted.some((word) => check.includes(word))) continue;
  const line = { door: "undici", check, ok: true, detail: "" };
  try {
    await Promise.race([run(), sleep(30_000, undefined, { ref: false }).then(() => unreachable("half a minute"))]);
  } catch (error) {
    isRed = true;
    Object.assign(line, { ok: false, detail: String(error?.stack ?? error).slice(0, 600) });
  }
  console.log(JSON.stringify(line));
}
process.exit(isRed ? 1 : 0);

function queued(sluice) {
  return sluice.budgets().reduce((most, row) => Math.max(most, row.queued), 0);
}

function inFlight(sluice) {
  return sluice.budgets().reduce((most, row) => Math.max(most, row.inFlight), 0);
}

async function until(condition, what = "a condition") {
  for (let tries = 0; tries < 500; tries++) {
    const value = condition();
    if (value) return value;
    await sleep(10);
  }
  throw new Error(`it never came to be: ${what}`);
}

function equal(actual, expected) {
  const [left, right] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (left !== right) throw new Error(`got ${left}, expected ${right}`);
}

function unreachable(what) {
  throw new Error(`there should have been no ${what}`);
}
