import { runDoor } from "../kit/door.mjs";

// How long an answer may be is said where the model is made, and not in the call.
await runDoor({
  provider: "openai",
  model: "gpt-4.1-mini",
  async ask({ client }, { prompt, tokensMax, signal }) {
    client.completions.maxTokens = tokensMax;
    const { content, usage_metadata: usage } = await client.invoke(prompt, { signal });
    return { text: content, input: usage.input_tokens, output: usage.output_tokens };
  },
  async *stream({ client }, { prompt, tokensMax, signal }) {
    client.completions.maxTokens = tokensMax;
    for await (const { content } of await client.stream(prompt, { signal })) yield content;
  },
  typedStatus: (error) => (/^RateLimit/.test(error?.constructor.name) ? error.status : undefined),
});
