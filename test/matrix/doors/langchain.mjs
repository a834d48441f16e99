import { runDoor } from "../kit/door.mjs";
import { versionOf } from "../kit/report.mjs";
import { SECRET } from "../kit/secret.mjs";

const MODEL = "gpt-4.1-mini";
const [name = "@langchain/openai"] = process.argv.slice(2);
const { ChatOpenAI } = await import(name);

await runDoor({
  door: "@langchain/openai",
  version: versionOf(name),
  provider: "openai",
  model: MODEL,
  client({ url, sdkOptions }, own = {}) {
    const { fetch, maxRetries, timeout } = { ...sdkOptions(), ...own };
    const configuration = { baseURL: `${url}/v1`, fetch };
    return new ChatOpenAI({ model: MODEL, apiKey: SECRET, maxRetries, timeout, configuration });
  },
  async ask(client, { prompt, tokensMax, signal }) {
    const { content, usage_metadata: usage } = await client.invoke(prompt, { max_tokens: tokensMax, signal });
    return { text: content, input: usage.input_tokens, output: usage.output_tokens };
  },
  async *stream(client, { prompt, tokensMax, signal }) {
    for await (const { content } of await client.stream(prompt, { max_tokens: tokensMax, signal })) yield content;
  },
  typedStatus: (error) => (/^RateLimit/.test(error?.constructor.name) ? error.status : undefined),
});
