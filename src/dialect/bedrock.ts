import type { Dialect } from "./dialect.js";

/** AWS Bedrock: exceptions by name, in a header or in the body; no quotas. */
export const bedrock: Dialect = {
  name: "bedrock",
  aliases: ["aws-bedrock", "aws"],
  hosts: [".amazonaws.com"],
  waits: [{ name: "retry-after" }, { name: "x-amz-retry-after", as: "milliseconds" }],
  refusals: [
    { codes: ["modelnotreadyexception", "serviceunavailableexception"], outcome: "overloaded" },
    { codes: ["servicequotaexceededexception"], outcome: "exhausted" },
    { codes: ["throttlingexception", "toomanyrequestsexception"], outcome: "throttled" },
  ],
  states: "never",
  wording: {
    throttled: { status: 429, body: { __type: "ThrottlingException", message: "{message}" } },
    overloaded: { status: 503, body: { __type: "ServiceUnavailableException", message: "{message}" } },
    exhausted: { status: 400, body: { __type: "ServiceQuotaExceededException", message: "{message}" } },
  },
};
