import type { Server } from "node:http";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { rateLimiter } from "hono-rate-limiter";
import { type Limiter, perWindow, type Running } from "./limiter.js";

const LIMIT = 150;
const WINDOW_MS = 10_000;

async function start(standardHeaders: "draft-6" | "draft-7"): Promise<Running> {
  const app = new Hono();
  app.use(rateLimiter({ limit: LIMIT, windowMs: WINDOW_MS, standardHeaders, keyGenerator: () => "everybody" }));
  app.get("/", (context) => context.text("here"));
  const [server, port] = await new Promise<readonly [Server, number]>((listening) => {
    const started = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, (info) =>
      listening([started as Server, info.port]),
    );
  });
  const close = async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  };
  return { url: `http://127.0.0.1:${port}/`, close };
}

function hono(draft: "draft-6" | "draft-7"): Limiter {
  return {
    name: `hono-rate-limiter, ${draft}`,
    allows: perWindow(LIMIT, WINDOW_MS),
    tells: true,
    start: () => start(draft),
  };
}

export const honoLimiters: readonly Limiter[] = [hono("draft-6"), hono("draft-7")];
