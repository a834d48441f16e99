import { TWENTY } from "../kit/checks/pace.mjs";
import { runDoor } from "../kit/door.mjs";
import { versionOf } from "../kit/report.mjs";
import { SECRET } from "../kit/secret.mjs";

/** SDKs made by one generator, for APIs that speak OpenAI's chat. */
const SDKS = {
  openai5: { door: "openai", provider: "openai", model: "gpt-4.1-mini", path: "/v1" },
  openai6: { door: "openai", provider: "openai", model: "gpt-4.1-mini", path: "/v1" },
  openai7: { door: "openai", provider: "openai", model: "gpt-4.1-mini", path: "/v1" },
  "together-ai": { provider: "together", model: "Qwen/Qwen2.5-7B-Instruct-Turbo", path: "/v1" },
  "groq-sdk": { provider: "groq", model: "llama-3.3-70b-versatile", path: "", pace: TWENTY.byTheDay },
};

const [name = "openai6"] = process.argv.slice(2);
const { door = name, provider, model, path, pace } = SDKS[name];
const { default: Client, APIError, RateLimitError } = await import(name);
const isOfItsClass = (error) => error instanceof RateLimitError || error.status !== 429;

const bodyOf = ({ prompt, tokensMax }) => ({
  model,
  max_tokens: tokensMax,
  messages: [{ role: "user", content: prompt }],
});

await runDoor({
  door,
  version: versionOf(name),
  provider,
  model,
  pace,
  countsRetries: true,
  client: ({ url, sdkOptions }, own = {}) =>
    new Client({ baseURL: `${url}${path}`, apiKey: SECRET, ...sdkOptions(), ...own }),
  async ask(client, { signal, ...ask }) {
    const { choices, usage } = await client.chat.completions.create(bodyOf(ask), { signal });
    return { text: choices[0].message.content, input: usage.prompt_tokens, output: usage.completion_tokens };
  },
  async *stream(client, { signal, ...ask }) {
    for await (const chunk of await client.chat.completions.create({ ...bodyOf(ask), stream: true }, { signal })) {
      yield chunk.choices[0]?.delta.content ?? "";
    }
  },
  typedStatus: (error) => (error instanceof APIError && isOfItsClass(error) ? error.status : undefined),
});
