import { packages, sdk } from "../kit/cell.mjs";
import { TWENTY } from "../kit/checks/pace.mjs";
import { runDoor } from "../kit/door.mjs";

/** Each provider's package makes models of its API: the default one, which for OpenAI is that of responses. */
const PROVIDERS = {
  openai: { model: "gpt-4.1-mini" },
  togetherai: { provider: "together", model: "Qwen/Qwen2.5-7B-Instruct-Turbo" },
  anthropic: { model: "claude-haiku-4-5", pace: TWENTY.byTheMinute },
};

const name = sdk.split("/").at(-1);
const { provider = name, model, pace } = PROVIDERS[name];
const { APICallError, generateText, RetryError, streamText } = await import(packages.ai);

/** What is said in the call: it has neither a time limit nor retries in the client, and takes no heed of x-should-retry. */
const callOf = ({ client, own: { timeout, maxRetries = 0 } }, { prompt, tokensMax, signal }) => ({
  model: client(model),
  prompt,
  maxOutputTokens: tokensMax,
  maxRetries,
  abortSignal: timeout === undefined ? signal : AbortSignal.timeout(timeout),
});

await runDoor({
  provider,
  model,
  pace,
  isSaidInCalls: true,
  async ask(made, ask) {
    const { text, usage } = await generateText(callOf(made, ask));
    return { text, input: usage.inputTokens, output: usage.outputTokens };
  },
  async *stream(made, ask) {
    const { fullStream } = streamText({ ...callOf(made, ask), onError() {} });
    for await (const part of fullStream) {
      if (part.type === "error") throw part.error;
      yield part.type === "text-delta" ? part.text : "";
    }
  },
  typedStatus(error) {
    const last = RetryError.isInstance(error) ? error.lastError : error;
    return APICallError.isInstance(last) ? last.statusCode : undefined;
  },
});
