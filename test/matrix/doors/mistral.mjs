import { SDKError } from "@mistralai/mistralai/models/errors";
import { TWENTY } from "../kit/checks/pace.mjs";
import { runDoor } from "../kit/door.mjs";

const MODEL = "mistral-small-latest";

const bodyOf = ({ prompt, tokensMax }) => ({
  model: MODEL,
  maxTokens: tokensMax,
  messages: [{ role: "user", content: prompt }],
});

/** What a user says in the call: it has neither a time limit nor retries by itself, and what is on here is its own backoff. */
const ownOf = ({ timeout, maxRetries = 0 }) => ({
  ...(timeout === undefined ? {} : { timeoutMs: timeout }),
  ...(maxRetries === 0
    ? {}
    : {
        retries: {
          strategy: "backoff",
          backoff: { initialInterval: 500, maxInterval: 2_000, exponent: 2, maxElapsedTime: 10_000 },
          retryConnectionErrors: true,
        },
      }),
});

await runDoor({
  provider: "mistral",
  model: MODEL,
  pace: TWENTY.inWindows,
  // It knows of no errors in a stream: an event that is none of its own is one.
  streamError: /invalid_type/,
  isSaidInCalls: true,
  async ask({ client, own }, { signal, ...ask }) {
    const { choices, usage } = await client.chat.complete(bodyOf(ask), { fetchOptions: { signal }, ...ownOf(own) });
    return { text: choices[0].message.content, input: usage.promptTokens, output: usage.completionTokens };
  },
  async *stream({ client }, { signal, ...ask }) {
    for await (const { data } of await client.chat.stream(bodyOf(ask), { fetchOptions: { signal } })) {
      yield data.choices[0]?.delta.content ?? "";
    }
  },
  typedStatus: (error) => (error instanceof SDKError ? error.statusCode : undefined),
});
