import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { connect } from "node:net";
import { serve as serveHono } from "@hono/node-server";
import express from "express";
import Fastify from "fastify";
import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { type Dashboard, type DashboardOptions, dashboard } from "../../../src/adapter/dashboard.js";
import { createSluice, type Sluice } from "../../../src/index.js";
import { ask, closeAfterEach, later, readUntil, serve } from "./stage.js";

closeAfterEach();

async function stage(options: DashboardOptions = {}): Promise<{ sluice: Sluice; live: Dashboard; url: string }> {
  const sluice = createSluice();
  later(() => sluice.close({ abort: true }));
  const live = dashboard(sluice, options);
  return { sluice, live, url: await serve(live) };
}

const withToken = ({ token }: Dashboard, more: Record<string, string> = {}) => ({ "sluice-token": token, ...more });
const json = { "content-type": "application/json" };

describe("dashboard()", () => {
  it("serves its page to whoever comes, and what is on it to whoever has the token", async () => {
    const { live, url } = await stage();
    const page = await ask(`${url}/`);
    expect([page.status, page.headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    expect(page.text).not.toContain(live.token);
    expect(page.headers["content-security-policy"]).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect((await ask(`${url}/events`)).status).toBe(401);
    expect((await ask(`${url}/events`, { headers: { "sluice-token": `${live.token}x` } })).status).toBe(401);
    expect((await ask(`${url}/control`, { method: "POST", headers: json, body: "{}" })).status).toBe(401);
    expect((await ask(`${url}/nothing`)).status).toBe(404);
    const response = await fetch(`${url}/events`, { headers: withToken(live) });
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const { leave } = await readUntil(response, ({ type }) => type === "snapshot");
    await leave();
  });

  it("has a token of its own each time, which only its address tells", async () => {
    const { live, url } = await stage();
    const { live: other } = await stage();
    expect(live.token).toMatch(/^[\w-]{32}$/);
    expect(other.token).not.toBe(live.token);
    expect(live.urlAt(url)).toBe(`${url}/#token=${live.token}`);
    const { text } = await ask(`${url}/hello`);
    expect(text).not.toContain(live.token);
    expect(JSON.parse(text)).toEqual({ fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) });
  });

  it.each([
    ["a request of another site", { "sec-fetch-site": "cross-site" }],
    ["a request of a neighbour on the same machine", { "sec-fetch-site": "same-site" }],
    ["a request of another origin", { origin: "https://evil.example" }],
    ["a request of no origin at all", { origin: "null" }],
    ["another name that leads here (DNS rebinding)", { host: "evil.example" }],
    ["a name that only begins like ours", { host: "127.0.0.1.evil.example" }],
    ["a user's name before another host", { host: "127.0.0.1@evil.example" }],
  ])("refuses %s, with the token too", async (_, headers) => {
    const { live, url, sluice } = await stage();
    const body = JSON.stringify({ do: "pause" });
    for (const [path, method] of [
      ["/events", "GET"],
      ["/control", "POST"],
      ["/hello", "GET"],
    ] as const) {
      const own = withToken(live, { ...json, ...headers });
      const { status } = await ask(url + path, { method, headers: own, ...(method === "POST" && { body }) });
      expect(status).toBe(403);
    }
    const sent = sluice.schedule(async () => "sent");
    expect(await sent).toBe("sent");
  });

  it("refuses who comes from elsewhere, unless it is told the names for that", async () => {
    const request = new Request("http://dash.example.com/events", { method: "GET" });
    const sluice = createSluice();
    later(() => sluice.close());
    const own = dashboard(sluice);
    const asked = (live: Dashboard, url: string, peer?: string) =>
      live.fetch(new Request(url, { headers: withToken(live) }), peer);
    expect((await own.fetch(request)).status).toBe(403);
    expect(await (await own.fetch(request)).text()).toContain("second argument of fetch()");
    expect((await asked(own, "http://127.0.0.1/events", "192.0.2.1")).status).toBe(403);
    const open = dashboard(sluice, { hosts: ["Dash.example.com"] });
    const response = await asked(open, "http://dash.example.com/events", "192.0.2.1");
    expect(response.status).toBe(200);
    await response.body?.cancel();
    expect((await asked(open, "http://other.example.com/events", "192.0.2.1")).status).toBe(403);
  });

  it("holds, lets go on and caps, by POST alone and in JSON alone", async () => {
    const { live, url, sluice } = await stage();
    await sluice.schedule(async () => 1, { key: "m" });
    const post = (body: unknown, headers: Record<string, string> = json) =>
      ask(`${url}/control`, { method: "POST", headers: withToken(live, headers), body: JSON.stringify(body) });
    expect((await post({ do: "pause", key: "m" })).status).toBe(200);
    expect(sluice.budgets()[0]).toMatchObject({ isPaused: true, phase: "pause" });
    expect((await post({ do: "resume" })).status).toBe(200);
    expect(sluice.budgets()[0]?.isPaused).toBeUndefined();
    expect((await post({ do: "cap", key: "m", ratePerSecond: 2 })).status).toBe(200);
    expect(sluice.budgets()[0]?.rateMax).toBe(2);
    expect((await post({ do: "cap", key: "m", ratePerSecond: null })).status).toBe(200);
    expect(sluice.budgets()[0]?.rateMax).toBeUndefined();
    const wrong = await post({ do: "cap", key: "m", ratePerSecond: 0 });
    expect([wrong.status, wrong.text]).toEqual([
      400,
      expect.stringContaining("ratePerSecond must be in (0, 1e9], got 0"),
    ]);
    expect((await post({ do: "stop" })).text).toContain('do must be one of \\"pause\\", \\"resume\\", \\"cap\\"');
    expect((await post({ do: "pause", force: true })).text).toContain("unknown option force");
    expect((await post({ do: "cap", ratePerSecond: 1 })).status).toBe(400);
    expect((await post({ do: "pause" }, { "content-type": "text/plain" })).status).toBe(415);
    expect((await post({ do: "pause", key: "k".repeat(5_000) })).status).toBe(413);
    const bare = await ask(`${url}/control`, { method: "POST", headers: withToken(live, json), body: "{" });
    expect([bare.status, bare.text]).toEqual([400, expect.stringContaining("the body must be JSON")]);
    const get = await ask(`${url}/control`, { headers: withToken(live) });
    expect([get.status, get.headers["allow"]]).toEqual([405, "POST"]);
  });

  it("tells all who look when the sluice is closed", async () => {
    const { live, url, sluice } = await stage();
    const response = await fetch(`${url}/events`, { headers: withToken(live) });
    await readUntil(response, ({ type }) => type === "snapshot").then(async () => sluice.close());
    const again = await fetch(`${url}/events`, { headers: withToken(live) });
    await readUntil(again, ({ type }) => type === "ended");
  });

  it("does not grow with a reader that reads nothing", async () => {
    const { live, sluice } = await stage();
    let stuck: ServerResponse | undefined;
    const url = await serve((request, response) => {
      if (request.url === "/events") stuck = response;
      live(request, response);
    });
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    later(() => socket.destroy());
    await once(socket, "connect");
    socket.pause();
    socket.write(`GET /events HTTP/1.1\r\nhost: localhost\r\nsluice-token: ${live.token}\r\n\r\n`);
    const keys = Array.from({ length: 100 }, (_, index) => `${"k".repeat(10_000)}${index}`);
    const held: number[] = [];
    for (let turn = 0; turn < 16; turn++) {
      await Promise.all(keys.map((key) => sluice.schedule(async () => 1, { key })));
      // Each makes it look, and there is a megabyte or two to tell.
      await ask(`${url}/control`, { method: "POST", headers: withToken(live, json), body: '{"do":"resume"}' });
      held.push(stuck?.writableLength ?? 0);
    }
    // What the kernel doesn't take of one message waits, and no other joins it.
    expect(held.at(-1)).toBeGreaterThan(0);
    expect(held.at(-1)).toBe(held.at(-8));
  });

  it.each([
    [{ path: "sluice" }, 'path must be a path such as "/sluice", got "sluice"'],
    [{ token: "short" }, "token must be 16 letters"],
    [{ hosts: ["dash.example.com:80"] }, "hosts.0 must be a name without a port"],
    [{ titel: "x" }, "unknown option titel"],
  ])("refuses the options %j", (options, message) => {
    const sluice = createSluice();
    expect(() => dashboard(sluice, options as DashboardOptions)).toThrow(message);
    expect(() => dashboard({} as Sluice)).toThrow("sluice must be what createSluice()");
  });
});

describe("dashboard() in other servers", () => {
  const look = async (live: Dashboard, url: string): Promise<void> => {
    expect((await ask(url)).text).toContain("<!doctype html>");
    const response = await fetch(`${url.replace(/\/$/, "")}/events`, { headers: withToken(live) });
    const { leave } = await readUntil(response, ({ type }) => type === "snapshot");
    await leave();
    const control = { method: "POST", headers: withToken(live, json), body: '{"do":"pause"}' };
    expect((await ask(`${url.replace(/\/$/, "")}/control`, control)).status).toBe(200);
  };
  const sluice = () => {
    const made = createSluice();
    later(() => made.close());
    return made;
  };

  it("goes into Express, beneath a path, behind a parser of bodies, and lets others have theirs", async () => {
    const live = dashboard(sluice());
    const app = express();
    app.use(express.json());
    app.use("/sluice", live);
    app.get("/sluice/other", (_, response) => void response.send("theirs"));
    const url = await serve(app);
    await look(live, `${url}/sluice`);
    expect((await ask(`${url}/sluice/other`)).text).toBe("theirs");
  });

  it("goes into Fastify", async () => {
    const live = dashboard(sluice(), { path: "/sluice" });
    const app = Fastify({ forceCloseConnections: true });
    app.register(async (scope) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser("*", (_request, _body, done) => done(null));
      scope.all("/sluice*", (request, reply) => {
        reply.hijack();
        live(request.raw, reply.raw);
      });
    });
    later(() => app.close());
    await look(live, `${await app.listen({ port: 0, host: "127.0.0.1" })}/sluice`);
  });

  it("goes into Hono on Node", async () => {
    const live = dashboard(sluice(), { path: "/sluice" });
    const app = new Hono<{ Bindings: { incoming: { socket: { remoteAddress?: string } } } }>();
    app.all("/sluice/*", (context) => live.fetch(context.req.raw, context.env));
    const server = serveHono({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" });
    await once(server, "listening");
    later(() => {
      if ("closeAllConnections" in server) server.closeAllConnections();
      server.close();
    });
    const address = server.address();
    await look(live, `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/sluice`);
  });

  it("knows who asks from what Bun and Deno hand on", async () => {
    const live = dashboard(sluice(), { path: "/sluice" });
    const request = () => new Request("http://localhost:3000/sluice/hello");
    expect((await live.fetch(request(), { requestIP: () => ({ address: "127.0.0.1" }) })).status).toBe(200);
    expect((await live.fetch(request(), { requestIP: () => ({ address: "10.0.0.1" }) })).status).toBe(403);
    expect((await live.fetch(request(), { requestIP: () => null })).status).toBe(403);
    expect((await live.fetch(request(), { remoteAddr: { hostname: "::1" } })).status).toBe(200);
    expect((await live.fetch(request(), { remoteAddr: { hostname: "10.0.0.1" } })).status).toBe(403);
    expect((await live.fetch(request(), "::ffff:127.0.0.1")).status).toBe(200);
  });
});
