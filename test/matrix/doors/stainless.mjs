import { packages, sdk } from "../kit/cell.mjs";
import { TWENTY } from "../kit/checks/pace.mjs";
import { runDoor } from "../kit/door.mjs";

/** SDKs made by one generator, for APIs that speak OpenAI's chat. */
const SDKS = {
  openai: { provider: "openai", model: "gpt-4.1-mini" },
  "together-ai": { provider: "together", model: "Qwen/Qwen2.5-7B-Instruct-Turbo" },
  "groq-sdk": { provider: "groq", model: "llama-3.3-70b-versatile", pace: TWENTY.byTheDay },
};

const { provider, model, pace } = SDKS[sdk];
const { APIError, RateLimitError } = await import(packages[sdk]);
const isOfItsClass = (error) => error instanceof RateLimitError || error.status !== 429;

const bodyOf = ({ prompt, tokensMax }) => ({
  model,
  max_tokens: tokensMax,
  messages: [{ role: "user", content: prompt }],
});

await runDoor({
  provider,
  model,
  pace,
  countsRetries: true,
  async ask({ client }, { signal, ...ask }) {
    const { choices, usage } = await client.chat.completions.create(bodyOf(ask), { signal });
    return { text: choices[0].message.content, input: usage.prompt_tokens, output: usage.completion_tokens };
  },
  async *stream({ client }, { signal, ...ask }) {
    for await (const chunk of await client.chat.completions.create({ ...bodyOf(ask), stream: true }, { signal })) {
      yield chunk.choices[0]?.delta.content ?? "";
    }
  },
  typedStatus: (error) => (error instanceof APIError && isOfItsClass(error) ? error.status : undefined),
});
