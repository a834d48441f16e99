import type { Dialect } from "./dialect.js";
import { rowOf } from "./rows.js";

/** Cloudflare's API: developers.cloudflare.com/fundamentals/api/reference/limits, 1,200 requests in five minutes. */
export const cloudflare: Dialect = {
  name: "cloudflare",
  hosts: ["api.cloudflare.com"],
  quotas: [rowOf("requests", "x-ratelimit-{}", { resetAs: "http-date" })],
  traits: [{ traits: { kind: "window", windowMs: 300_000 } }],
};
