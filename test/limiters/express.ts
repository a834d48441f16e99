import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import express, { type RequestHandler } from "express";
import { type Options, rateLimit } from "express-rate-limit";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { type Allowance, type Limiter, perWindow, type Running } from "./limiter.js";

async function serve(limiter: RequestHandler): Promise<Running> {
  const app = express();
  app.use(limiter);
  app.get("/", (_request, response) => void response.send("here"));
  const server = await new Promise<Server>((listening, failed) => {
    const started: Server = app.listen(0, "127.0.0.1", (error) => (error ? failed(error) : listening(started)));
  });
  const close = async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close };
}

const LIMIT = 150;
const WINDOW_MS = 10_000;

function expressRateLimit(name: string, headers: Partial<Options>): Limiter {
  const limiter = () => rateLimit({ limit: LIMIT, windowMs: WINDOW_MS, legacyHeaders: false, ...headers });
  return {
    name: `express-rate-limit, ${name}`,
    allows: perWindow(LIMIT, WINDOW_MS),
    tells: true,
    start: () => serve(limiter()),
  };
}

type Tell = (told: RateLimiterRes) => Readonly<Record<string, string>>;

/** As the package's own page shows it: the middleware, and the headers if one wants them. */
function flexible(name: string, points: number, duration: number, tell?: Tell): Limiter {
  const limiter = (): RequestHandler => {
    const memory = new RateLimiterMemory({ points, duration });
    return async (request, response, next) => {
      const told = await memory.consume(request.ip ?? "").catch((refused: unknown) => refused);
      if (!(told instanceof RateLimiterRes)) return next(told);
      response.set(tell?.(told) ?? {});
      if (told.consumedPoints > points) response.status(429).send("Too Many Requests");
      else next();
    };
  };
  const allows: Allowance = perWindow(points, duration * 1_000);
  return { name: `rate-limiter-flexible, ${name}`, allows, tells: tell !== undefined, start: () => serve(limiter()) };
}

export const expressLimiters: readonly Limiter[] = [
  expressRateLimit("legacy headers", { legacyHeaders: true }),
  expressRateLimit("draft-6", { standardHeaders: "draft-6" }),
  expressRateLimit("draft-7", { standardHeaders: "draft-7" }),
  expressRateLimit("draft-8", { standardHeaders: "draft-8" }),
];

export const flexibleLimiters: readonly Limiter[] = [
  flexible("bare 429", 15, 1),
  flexible("its headers", LIMIT, WINDOW_MS / 1_000, ({ msBeforeNext, remainingPoints }) => ({
    "Retry-After": String(msBeforeNext / 1_000),
    "X-RateLimit-Limit": String(LIMIT),
    "X-RateLimit-Remaining": String(remainingPoints),
    "X-RateLimit-Reset": String(Math.ceil((Date.now() + msBeforeNext) / 1_000)),
  })),
];
