import type { Dialect } from "./dialect.js";
import { MINUTE_MS } from "./rows.js";

/** Gemini and Vertex: no headers ever; a refusal's details name the quota and the wait. */
export const google: Dialect = {
  name: "google",
  aliases: ["google-gemini", "gemini", "vertex", "google-vertex", "google-cloud-code-assist"],
  hosts: ["generativelanguage.googleapis.com", ".googleapis.com"],
  signs: ["x-gemini-service-tier"],
  refusals: [
    // Without details it isn't this sender's quota that ran out, but the capacity that all share.
    {
      statuses: [429],
      codes: ["resource_exhausted"],
      words: /^resource (?:has been )?exhausted/i,
      outcome: "overloaded",
    },
  ],
  traits: [{ traits: { windowMs: MINUTE_MS } }],
  states: "never",
  wording: {
    throttled: {
      status: 429,
      body: {
        error: {
          code: 429,
          message: "You exceeded your current quota. {message}",
          status: "RESOURCE_EXHAUSTED",
          details: [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "{seconds}s" }],
        },
      },
    },
    overloaded: { status: 503, body: { error: { code: 503, message: "{message}", status: "UNAVAILABLE" } } },
  },
};
