import { draftAnswer, namedEvent as event, messagesOf, OVERLOADED, textOf } from "./draft.js";
import type { JsonAnswer, StreamEvent } from "./reply.js";
import type { Work, WorkContext } from "./work.js";

/** Reads a request of Anthropic's `/v1/messages`: the work to be done, or what is wrong with it. */
export function readMessages(body: Readonly<Record<string, unknown>>, context: WorkContext): Work | JsonAnswer {
  const messages = messagesOf(body["messages"], "messages");
  if ("status" in messages) return messages;
  const prompt = [body["system"], ...messages.map(({ content }) => content)].map(textOf).join("\n");
  // There it has no default, and leaving it out is the mistake that everybody makes once.
  const { max_tokens: tokensMax = null } = body;
  const draft = draftAnswer({ prompt, tokensMax, tokensMaxName: "max_tokens" }, context);
  if ("status" in draft) return draft;
  const { promptTokens, answerTokens } = draft;
  const stop = { stop_reason: draft.isCut ? "max_tokens" : "end_turn", stop_sequence: null };
  const input = { input_tokens: promptTokens, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
  const message = { id: `msg_${context.id}`, type: "message", role: "assistant", model: body["model"] };
  const work = {
    promptTokens,
    answerTokens,
    whole: () => ({
      ...message,
      content: [{ type: "text", text: draft.text }],
      ...stop,
      usage: { ...input, output_tokens: answerTokens },
    }),
  };
  if (body["stream"] !== true) return work;

  const empty = { ...message, content: [], stop_reason: null, stop_sequence: null };
  const events = (perTokenMs: number): StreamEvent[] => [
    // The input is told first, and the output last.
    event({ type: "message_start", message: { ...empty, usage: { ...input, output_tokens: 1 } } }),
    event({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } }),
    event({ type: "ping" }),
    ...draft.parts.map(({ text, tokens }) =>
      event({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } }, perTokenMs * tokens),
    ),
    event({ type: "content_block_stop", index: 0 }),
    event({ type: "message_delta", delta: stop, usage: { output_tokens: answerTokens } }),
    event({ type: "message_stop" }),
  ];
  const failure = event({ type: "error", error: { type: "overloaded_error", message: OVERLOADED } });
  return { ...work, events, failure };
}
