import rateLimit from "@fastify/rate-limit";
import createFastify from "fastify";
import { type Limiter, perWindow, type Running } from "./limiter.js";

const LIMIT = 75;
const WINDOW_MS = 5_000;

async function start(enableDraftSpec: boolean): Promise<Running> {
  const fastify = createFastify();
  await fastify.register(rateLimit, { max: LIMIT, timeWindow: WINDOW_MS, enableDraftSpec });
  fastify.get("/", () => "here");
  const url = await fastify.listen({ host: "127.0.0.1", port: 0 });
  const close = () => {
    fastify.server.closeAllConnections();
    return fastify.close();
  };
  return { url: `${url}/`, close };
}

function fastify(name: string, enableDraftSpec: boolean): Limiter {
  return {
    name: `@fastify/rate-limit, ${name}`,
    allows: perWindow(LIMIT, WINDOW_MS),
    tells: true,
    start: () => start(enableDraftSpec),
  };
}

export const fastifyLimiters: readonly Limiter[] = [fastify("its headers", false), fastify("enableDraftSpec", true)];
