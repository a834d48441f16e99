import { HTTPClient, Mistral } from "@mistralai/mistralai";
import { SDKError } from "@mistralai/mistralai/models/errors";
import { TWENTY } from "../kit/checks/pace.mjs";
import { runDoor } from "../kit/door.mjs";
import { versionOf } from "../kit/report.mjs";
import { SECRET } from "../kit/secret.mjs";

const MODEL = "mistral-small-latest";

const bodyOf = ({ prompt, tokensMax }) => ({
  model: MODEL,
  maxTokens: tokensMax,
  messages: [{ role: "user", content: prompt }],
});

/** It signals to itself that it tries again by nothing: what is on here is its own backoff. */
const retryConfigOf = (maxRetries) =>
  maxRetries === undefined || maxRetries === 0
    ? {}
    : {
        retryConfig: {
          strategy: "backoff",
          backoff: { initialInterval: 500, maxInterval: 2_000, exponent: 2, maxElapsedTime: 10_000 },
          retryConnectionErrors: true,
        },
      };

await runDoor({
  door: "@mistralai/mistralai",
  version: versionOf("@mistralai/mistralai"),
  provider: "mistral",
  model: MODEL,
  pace: TWENTY.inWindows,
  client({ url, sdkOptions }, { timeout, maxRetries } = {}) {
    const { fetch } = sdkOptions();
    return new Mistral({
      apiKey: SECRET,
      serverURL: url,
      httpClient: new HTTPClient({ fetcher: fetch }),
      ...(timeout === undefined ? {} : { timeoutMs: timeout }),
      ...retryConfigOf(maxRetries),
    });
  },
  async ask(client, { signal, ...ask }) {
    const { choices, usage } = await client.chat.complete(bodyOf(ask), { fetchOptions: { signal } });
    return { text: choices[0].message.content, input: usage.promptTokens, output: usage.completionTokens };
  },
  async *stream(client, { signal, ...ask }) {
    for await (const { data } of await client.chat.stream(bodyOf(ask), { fetchOptions: { signal } })) {
      yield data.choices[0]?.delta.content ?? "";
    }
  },
  typedStatus: (error) => (error instanceof SDKError ? error.statusCode : undefined),
});
