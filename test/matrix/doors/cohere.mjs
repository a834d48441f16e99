import { Cohere, CohereError } from "cohere-ai";
import { TWENTY } from "../kit/checks/pace.mjs";
import { runDoor } from "../kit/door.mjs";

const MODEL = "command-a-03-2025";

const bodyOf = ({ prompt, tokensMax }) => ({
  model: MODEL,
  maxTokens: tokensMax,
  messages: [{ role: "user", content: prompt }],
});

const isOfItsClass = (error) => error instanceof Cohere.TooManyRequestsError || error.statusCode !== 429;

await runDoor({
  provider: "cohere",
  model: MODEL,
  pace: TWENTY.untold,
  async ask({ client }, { signal, ...ask }) {
    const { message, usage } = await client.chat(bodyOf(ask), { abortSignal: signal });
    return { text: message.content[0].text, input: usage.tokens.inputTokens, output: usage.tokens.outputTokens };
  },
  async *stream({ client }, { signal, ...ask }) {
    for await (const event of await client.chatStream(bodyOf(ask), { abortSignal: signal })) {
      // It throws nothing: its last event says how the message ended.
      if (event.delta?.finishReason === "ERROR") throw new Error(event.delta.error);
      yield event.type === "content-delta" ? event.delta.message.content.text : "";
    }
  },
  typedStatus: (error) => (error instanceof CohereError && isOfItsClass(error) ? error.statusCode : undefined),
});

// Its timer for a call that was aborted is never cleared: with the long one that a queue needs, the process would stay.
process.exit();
