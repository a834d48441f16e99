import type { Dialect } from "./dialect.js";
import { DAY_MS, MINUTE_MS, rowOf } from "./rows.js";

/** Services whose words differ in a row or two, from the sources that mre/rate-limits and their clients quote. */
export const services: readonly Dialect[] = [
  {
    name: "gitlab",
    hosts: ["gitlab.com"],
    // An epoch, under names that mean delta seconds elsewhere.
    quotas: [
      rowOf("requests", "ratelimit-{}", {
        used: "ratelimit-observed",
        resetAs: "epoch-seconds",
        windowDocumentedMs: MINUTE_MS,
      }),
    ],
    traits: [{ traits: { kind: "window", windowMs: MINUTE_MS } }],
  },
  {
    name: "reddit",
    hosts: [".reddit.com"],
    quotas: [
      {
        dimension: "requests",
        remaining: "x-ratelimit-remaining",
        used: "x-ratelimit-used",
        reset: "x-ratelimit-reset",
      },
    ],
    traits: [{ traits: { kind: "window", windowMs: 600_000 } }],
  },
  {
    name: "akamai",
    hosts: [".akamaiapis.net"],
    // The moment of the next request, and not of a whole quota.
    quotas: [
      rowOf("requests", "x-ratelimit-{}", {
        reset: "x-ratelimit-next",
        resetAs: "rfc3339",
        windowDocumentedMs: MINUTE_MS,
      }),
    ],
    traits: [{ traits: { kind: "sliding", windowMs: MINUTE_MS } }],
  },
  {
    name: "twitter",
    aliases: ["x"],
    hosts: ["api.twitter.com", "api.x.com"],
    quotas: [rowOf("requests", "x-rate-limit-{}", { resetAs: "epoch-seconds", windowDocumentedMs: 900_000 })],
    traits: [{ traits: { kind: "window", windowMs: 900_000 } }],
  },
  {
    name: "launchdarkly",
    hosts: ["app.launchdarkly.com"],
    quotas: [rowOf("requests", "x-ratelimit-global-{}", { reset: "x-ratelimit-reset", resetAs: "epoch-milliseconds" })],
    traits: [{ traits: { kind: "window" } }],
  },
  {
    name: "replicate",
    hosts: ["api.replicate.com"],
    quotas: [rowOf("requests", "ratelimit-{}")],
  },
  {
    name: "qomon",
    quotas: [rowOf("requests", "x-ratelimit-{}", { limitPattern: /burst: ?(\d+)/, reset: "x-ratelimit-resettime" })],
    traits: [{ traits: { kind: "refill" } }],
  },
  {
    name: "sambanova",
    hosts: ["api.sambanova.ai"],
    quotas: [
      rowOf("requests", "x-ratelimit-{}-requests"),
      rowOf("requests", "x-ratelimit-{}-requests-day", { windowMs: DAY_MS, scope: "day" }),
    ],
  },
];
