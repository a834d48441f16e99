import Anthropic from "@anthropic-ai/sdk";
import { sdk } from "../kit/cell.mjs";
import { TWENTY } from "../kit/checks/pace.mjs";
import { runDoor } from "../kit/door.mjs";

const MODEL = "claude-haiku-4-5";
/** Sluice as the SDK's fetch, or as its middleware. */
const isFetch = sdk.endsWith("fetch");

const bodyOf = ({ prompt, tokensMax }) => ({
  model: MODEL,
  max_tokens: tokensMax,
  messages: [{ role: "user", content: prompt }],
});

await runDoor({
  provider: "anthropic",
  model: MODEL,
  pace: TWENTY.byTheMinute,
  clockTicksWhileWaiting: isFetch,
  countsRetries: isFetch,
  isSaidInCalls: true,
  async ask({ client, own }, { signal, ...ask }) {
    const { content, usage } = await client.messages.create(bodyOf(ask), { signal, ...own });
    return { text: content[0].text, input: usage.input_tokens, output: usage.output_tokens };
  },
  async *stream({ client }, { signal, ...ask }) {
    for await (const event of await client.messages.create({ ...bodyOf(ask), stream: true }, { signal })) {
      yield event.type === "content_block_delta" ? event.delta.text : "";
    }
  },
  typedStatus: (error) => (error instanceof Anthropic.RateLimitError ? error.status : undefined),
});
