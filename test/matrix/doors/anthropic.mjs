import Anthropic from "@anthropic-ai/sdk";
import { sluiceMiddleware } from "sluice/anthropic";
import { TWENTY } from "../kit/checks/pace.mjs";
import { runDoor } from "../kit/door.mjs";
import { versionOf } from "../kit/report.mjs";
import { SECRET } from "../kit/secret.mjs";

const MODEL = "claude-haiku-4-5";
const [way = "fetch"] = process.argv.slice(2);

/** Sluice as the SDK's fetch, and as its middleware. */
const WAYS = {
  fetch: ({ sdkOptions }, own) => ({ ...sdkOptions(), ...own }),
  middleware: (world, { timeout, maxRetries = 0 }) => ({
    maxRetries,
    ...(timeout === undefined ? {} : { timeout }),
    middleware: world.sluice === undefined ? [] : [countedMiddleware(world)],
  }),
};

function countedMiddleware(world) {
  const middleware = sluiceMiddleware(world.sluice);
  return (request, next) => {
    world.knocks += 1;
    return middleware(request, next);
  };
}

const bodyOf = ({ prompt, tokensMax }) => ({
  model: MODEL,
  max_tokens: tokensMax,
  messages: [{ role: "user", content: prompt }],
});

await runDoor({
  door: `@anthropic-ai/sdk, ${way}`,
  version: versionOf("@anthropic-ai/sdk"),
  provider: "anthropic",
  model: MODEL,
  pace: TWENTY.byTheMinute,
  clockTicksWhileWaiting: way === "fetch",
  countsRetries: way === "fetch",
  client: (world, own = {}) => new Anthropic({ baseURL: world.url, apiKey: SECRET, ...WAYS[way](world, own) }),
  async ask(client, { signal, ...ask }) {
    const { content, usage } = await client.messages.create(bodyOf(ask), { signal });
    return { text: content[0].text, input: usage.input_tokens, output: usage.output_tokens };
  },
  async *stream(client, { signal, ...ask }) {
    for await (const event of await client.messages.create({ ...bodyOf(ask), stream: true }, { signal })) {
      yield event.type === "content_block_delta" ? event.delta.text : "";
    }
  },
  typedStatus: (error) => (error instanceof Anthropic.RateLimitError ? error.status : undefined),
});
