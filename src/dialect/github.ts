import type { Dialect } from "./dialect.js";
import { HOUR_MS, rowOf } from "./rows.js";

/** GitHub's REST API: docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api. It refuses with 403 as often as with 429. */
export const github: Dialect = {
  name: "github",
  hosts: ["api.github.com"],
  signs: ["x-github-request-id", "x-ratelimit-resource"],
  quotas: [
    rowOf("requests", "x-ratelimit-{}", {
      used: "x-ratelimit-used",
      resetAs: "epoch-seconds",
      windowDocumentedMs: HOUR_MS,
    }),
  ],
  refusesWith: [403],
  refusals: [{ statuses: [403], words: /secondary rate limit/i, outcome: "throttled", dimension: "requests" }],
  traits: [{ traits: { kind: "window", windowMs: HOUR_MS } }],
  wording: {
    throttled: { status: 403, body: { message: "You have exceeded a secondary rate limit. {message}" } },
  },
};
