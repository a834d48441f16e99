import type { Dialect } from "./dialect.js";
import { DAY_MS, HOUR_MS, MINUTE_MS, rowOf, SECOND_MS } from "./rows.js";

const IETF = {
  limit: "ratelimit-limit",
  remaining: "ratelimit-remaining",
  reset: "ratelimit-reset",
  policy: "ratelimit-policy",
  combined: "ratelimit",
} as const;

/** express-rate-limit: the drafts, and legacy names whose reset is an epoch. */
export const express: Dialect = {
  name: "express",
  aliases: ["express-rate-limit"],
  fields: { ...IETF, draft: 7 },
  quotas: [rowOf("requests", "x-ratelimit-{}", { resetAs: "epoch-seconds" })],
  traits: [{ traits: { kind: "window", countsRefused: true } }],
};

/** @fastify/rate-limit: the same legacy names, whose reset is delta seconds; who goes on too long is banned with 403. */
export const fastify: Dialect = {
  name: "fastify",
  aliases: ["@fastify/rate-limit"],
  quotas: [rowOf("requests", "x-ratelimit-{}")],
  fields: { ...IETF, draft: 6 },
  refusesWith: [403],
  traits: [{ traits: { kind: "window", countsRefused: true } }],
};

/** nginx limit_req: a bare 503, indistinguishable from an outage. */
export const nginx: Dialect = {
  name: "nginx",
  traits: [{ traits: { kind: "refill" } }],
  states: "never",
  wording: { throttled: { status: 429 }, overloaded: { status: 503 } },
};

/**
 * Kong: a row of headers for each window, and one that mirrors the window closest to its limit and has the reset; of two that
 * are equally close it is the longer. A month is 30 days there, and a year 365.
 */
export const kong: Dialect = {
  name: "kong",
  quotas: [
    ...(
      [
        ["second", SECOND_MS],
        ["minute", MINUTE_MS],
        ["hour", HOUR_MS],
        ["day", DAY_MS],
        ["month", 30 * DAY_MS],
        ["year", 365 * DAY_MS],
      ] as const
    ).map(([word, windowMs]) =>
      rowOf("requests", `x-ratelimit-{}-${word}`, { reset: [], windowMs, scopeUnlessNarrowest: word }),
    ),
    rowOf("requests", "ratelimit-{}", { isMirror: true }),
  ],
  traits: [{ traits: { kind: "window" } }],
  wording: { throttled: { status: 429, body: { message: "API rate limit exceeded. {message}" } } },
};

/** Envoy: draft 3's grammar under X- names. */
export const envoy: Dialect = {
  name: "envoy",
  aliases: ["gloo"],
  fields: { limit: "x-ratelimit-limit", remaining: "x-ratelimit-remaining", reset: "x-ratelimit-reset", draft: 3 },
  traits: [{ traits: { kind: "window" } }],
};
