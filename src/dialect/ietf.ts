import type { Dialect, FieldNames } from "./dialect.js";

/** Names of draft-ietf-httpapi-ratelimit-headers, all drafts. */
const FIELDS: FieldNames = {
  limit: "ratelimit-limit",
  remaining: "ratelimit-remaining",
  reset: "ratelimit-reset",
  policy: "ratelimit-policy",
  combined: "ratelimit",
};

/** The draft as it is now, and as it was: reading takes them all, writing takes the one named. */
export const ietf: Dialect = {
  name: "ietf",
  aliases: ["ietf-draft-08", "ietf-draft-09", "ietf-draft-10"],
  fields: { ...FIELDS, draft: 8 },
};
export const ietf03: Dialect = { name: "ietf-draft-03", fields: { ...FIELDS, draft: 3 } };
export const ietf06: Dialect = { name: "ietf-draft-06", fields: { ...FIELDS, draft: 6 } };
export const ietf07: Dialect = { name: "ietf-draft-07", fields: { ...FIELDS, draft: 7 } };
