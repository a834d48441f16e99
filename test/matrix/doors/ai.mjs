import { TWENTY } from "../kit/checks/pace.mjs";
import { runDoor } from "../kit/door.mjs";
import { versionOf } from "../kit/report.mjs";
import { SECRET } from "../kit/secret.mjs";

/** Each provider's package makes models of its API: the default one, which for OpenAI is that of responses. */
const PROVIDERS = {
  openai: { create: "createOpenAI", model: "gpt-4.1-mini", path: "/v1" },
  togetherai: {
    create: "createTogetherAI",
    provider: "together",
    model: "Qwen/Qwen2.5-7B-Instruct-Turbo",
    path: "/v1",
  },
  anthropic: { create: "createAnthropic", model: "claude-haiku-4-5", path: "/v1", pace: TWENTY.byTheMinute },
};

const [major = "7", name = "openai"] = process.argv.slice(2);
const suffix = major === "7" ? "" : major;
const { create, provider = name, model, path, pace } = PROVIDERS[name];
const { APICallError, generateText, RetryError, streamText } = await import(`ai${suffix}`);
const { [create]: createProvider } = await import(`@ai-sdk/${name}${suffix}`);

/** What is said in the call: it has neither a time limit nor retries in the client, and takes no heed of x-should-retry. */
const callOf = ({ chat, own: { timeout, maxRetries = 0 } }, { prompt, tokensMax, signal }) => ({
  model: chat,
  prompt,
  maxOutputTokens: tokensMax,
  maxRetries,
  abortSignal: timeout === undefined ? signal : AbortSignal.timeout(timeout),
});

await runDoor({
  door: `ai, @ai-sdk/${name}`,
  version: `${versionOf(`ai${suffix}`)}, ${versionOf(`@ai-sdk/${name}${suffix}`)}`,
  provider,
  model,
  pace,
  client({ url, sdkOptions }, own = {}) {
    const { fetch } = sdkOptions();
    return { chat: createProvider({ baseURL: `${url}${path}`, apiKey: SECRET, fetch })(model), own };
  },
  async ask(client, ask) {
    const { text, usage } = await generateText(callOf(client, ask));
    return { text, input: usage.inputTokens, output: usage.outputTokens };
  },
  async *stream(client, ask) {
    yield* streamText(callOf(client, ask)).textStream;
  },
  typedStatus(error) {
    const last = RetryError.isInstance(error) ? error.lastError : error;
    return APICallError.isInstance(last) ? last.statusCode : undefined;
  },
});
