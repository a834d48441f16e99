import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { Agent, getGlobalDispatcher, MockAgent, setGlobalDispatcher, fetch as undiciFetch } from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Leash } from "../../src/adapter/leash.js";
import { RequestView } from "../../src/adapter/request.js";

type Fetch = typeof globalThis.fetch;

let origin = "";
let handler: (request: IncomingMessage, response: ServerResponse) => void = () => {};
const urls: (string | undefined)[] = [];
/** Resolves with the address of the next request whose connection is lost before its answer is through. */
let nextLost: Promise<string> = Promise.resolve("");

const server = createServer((request, response) => {
  request.resume();
  urls.push(request.url);
  handler(request, response);
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Answers by the address: `/never` never, `/half` a half, `/moved` elsewhere, all else whole. */
function serve(): void {
  nextLost = new Promise((resolve) => {
    handler = (request, response) => {
      response.on("close", () => {
        if (!response.writableFinished) resolve(request.url ?? "");
      });
      if (request.url === "/half") response.writeHead(200).write("half");
      else if (request.url === "/moved") response.writeHead(302, { location: "/never" }).end();
      else if (request.url !== "/never") response.end("whole");
    };
  });
}

/** A fetch that notes whether it was given a signal. */
function noting(fetch: Fetch): { fetch: Fetch; gotSignal: boolean[] } {
  const gotSignal: boolean[] = [];
  const noted: Fetch = (input, init) => {
    gotSignal.push(init?.signal instanceof AbortSignal);
    return fetch(input, init);
  };
  return { fetch: noted, gotSignal };
}

function send(fetch: Fetch, path: string, init?: RequestInit): { leash: Leash; sent: Promise<Response> } {
  const view = RequestView.of(`${origin}${path}`, { method: "POST", body: "{}", ...init });
  if (view === undefined) throw new Error("the address can't be read");
  const leash = new Leash();
  const sent = leash.send(view, fetch);
  sent.catch(() => {}); // it may be pulled back before anybody waits for it
  return { leash, sent };
}

const whole = async (fetch: Fetch, path = "/whole") => (await send(fetch, path).sent).text();
const undici = undiciFetch as unknown as Fetch;
const platform: Fetch = (input, init) => globalThis.fetch(input, init);

describe.each([
  ["the platform's fetch", platform],
  ["undici's fetch", undici],
])("over %s", (_name, below) => {
  test("a signal is given until the dispatcher was seen to be reached, and none from then on", async () => {
    serve();
    await whole(below);
    const { fetch, gotSignal } = noting(below);
    for (let index = 0; index < 3; index += 1) expect(await whole(fetch)).toBe("whole");
    expect(gotSignal).toEqual([true, false, false]);
  });

  test.each(["/never", "/half", "/moved"])("pulls back a request to %s, with a signal and without", async (path) => {
    await whole(below);
    const { fetch, gotSignal } = noting(below);
    for (let index = 0; index < 2; index += 1) {
      serve();
      const { leash, sent } = send(fetch, path);
      if (path === "/half") await sent;
      else await new Promise((resolve) => server.once("request", resolve));
      if (path === "/moved") await new Promise((resolve) => server.once("request", resolve));
      leash.pull(new Error("changed my mind"));
      expect(await nextLost).toBe(path === "/moved" ? "/never" : path);
      if (path === "/half") await expect(sent.then((response) => response.text())).rejects.toThrow();
      else await expect(sent).rejects.toThrow();
    }
    expect(gotSignal).toEqual([true, false]);
  });

  test("pulled before there is a connection, a request isn't sent", async () => {
    await whole(below);
    await whole(below);
    serve();
    const { leash, sent } = send(below, "/whole?pulled");
    leash.pull(new Error("changed my mind"));
    await expect(sent).rejects.toThrow();
    expect(await whole(below, "/whole?after")).toBe("whole");
    expect(urls).not.toContain("/whole?pulled");
  });
});

test("the dispatcher of all is the same before and after, whatever a fetch does", async () => {
  serve();
  const before = getGlobalDispatcher();
  await whole(undici);
  expect(getGlobalDispatcher()).toBe(before);
  const { sent } = send(() => Promise.reject(new Error("no")), "/whole");
  await expect(sent).rejects.toThrow("no");
  const thrower: Fetch = () => {
    throw new Error("at once");
  };
  expect(() => send(thrower, "/whole")).toThrow("at once");
  expect(getGlobalDispatcher()).toBe(before);
});

test("a dispatcher that is set while a fetch is called stays", async () => {
  serve();
  const before = getGlobalDispatcher();
  const agent = new Agent();
  try {
    const { sent } = send((input, init) => {
      setGlobalDispatcher(agent);
      return undici(input, init);
    }, "/whole");
    await (await sent).text();
    expect(getGlobalDispatcher()).toBe(agent);
  } finally {
    setGlobalDispatcher(before);
    await agent.close();
  }
});

test("a fetch that brings a dispatcher of its own keeps it, and is given a signal", async () => {
  serve();
  let used = 0;
  const agent = new Agent({
    connect: (options, callback) => {
      used += 1;
      const socket = connect(Number(options.port), options.hostname, () => callback(null, socket));
    },
  });
  const { fetch, gotSignal } = noting((input, init) => undici(input, { dispatcher: agent, ...init } as RequestInit));
  for (let index = 0; index < 3; index += 1) await whole(fetch);
  expect([used > 0, gotSignal]).toEqual([true, [true, true, true]]);
  await agent.destroy();
});

test("a fetch that first sends something else is given a signal, and is pulled back by it", async () => {
  const { fetch, gotSignal } = noting(async (input, init) => {
    await (await undici(`${origin}/token`)).text();
    return undici(input, init as never) as unknown as Promise<Response>;
  });
  serve();
  for (let index = 0; index < 2; index += 1) await whole(fetch);
  const { leash, sent } = send(fetch, "/never");
  await new Promise((resolve) => server.once("request", resolve));
  await new Promise((resolve) => server.once("request", resolve));
  leash.pull(new Error("changed my mind"));
  await expect(sent).rejects.toThrow("changed my mind");
  expect(await nextLost).toBe("/never");
  expect(gotSignal).toEqual([true, true, true]);
});

test("a fetch that stops going to the dispatcher is given a signal again", async () => {
  serve();
  let isMocked = false;
  const { fetch, gotSignal } = noting((input, init) =>
    isMocked ? Promise.resolve(new Response("mock")) : undici(input, init),
  );
  await whole(undici);
  for (const next of [false, false, true, true]) {
    isMocked = next;
    await whole(fetch);
  }
  expect(gotSignal).toEqual([true, false, false, true]);
});

test("undici's MockAgent still sees the body", async () => {
  const before = getGlobalDispatcher();
  const agent = new MockAgent();
  agent.disableNetConnect();
  agent.get(origin).intercept({ path: "/whole", method: "POST", body: "{}" }).reply(200, "mocked").times(3);
  setGlobalDispatcher(agent);
  try {
    for (let index = 0; index < 3; index += 1) expect(await whole(undici)).toBe("mocked");
  } finally {
    setGlobalDispatcher(before);
    await agent.close();
  }
});

test("a request that is sent while another is handed over goes its own way", async () => {
  serve();
  await whole(undici);
  const inner: Promise<string>[] = [];
  const { fetch, gotSignal } = noting(undici);
  const outer: Fetch = (input, init) => {
    inner.push(whole(fetch));
    return undici(input, init);
  };
  for (let index = 0; index < 3; index += 1) expect(await whole(outer)).toBe("whole");
  expect(await Promise.all(inner)).toEqual(["whole", "whole", "whole"]);
  expect(gotSignal).toEqual([true, true, true]);
});
