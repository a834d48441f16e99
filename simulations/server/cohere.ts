import { draftAnswer, namedEvent as event, messagesOf, OVERLOADED, textOf } from "./draft.js";
import type { JsonAnswer, StreamEvent } from "./reply.js";
import type { Work, WorkContext } from "./work.js";

/** Reads a request of Cohere's `/v2/chat`: the work to be done, or what is wrong with it. */
export function readCohereChat(body: Readonly<Record<string, unknown>>, context: WorkContext): Work | JsonAnswer {
  const messages = messagesOf(body["messages"], "messages");
  if ("status" in messages) return messages;
  const prompt = messages.map(({ content }) => textOf(content)).join("\n");
  const draft = draftAnswer({ prompt, tokensMax: body["max_tokens"], tokensMaxName: "max_tokens" }, context);
  if ("status" in draft) return draft;
  const { promptTokens, answerTokens } = draft;
  const tokens = { input_tokens: promptTokens, output_tokens: answerTokens };
  const finish = {
    finish_reason: draft.isCut ? "MAX_TOKENS" : "COMPLETE",
    usage: { billed_units: tokens, tokens },
  };
  const work = {
    promptTokens,
    answerTokens,
    whole: () => ({
      id: context.id,
      message: { role: "assistant", content: [{ type: "text", text: draft.text }] },
      ...finish,
    }),
  };
  if (body["stream"] !== true) return work;

  const events = (perTokenMs: number): StreamEvent[] => [
    event({ id: context.id, type: "message-start", delta: { message: { role: "assistant", content: [] } } }),
    event({ type: "content-start", index: 0, delta: { message: { content: { type: "text", text: "" } } } }),
    ...draft.parts.map((part) =>
      event(
        { type: "content-delta", index: 0, delta: { message: { content: { text: part.text } } } },
        perTokenMs * part.tokens,
      ),
    ),
    event({ type: "content-end", index: 0 }),
    event({ type: "message-end", delta: finish }),
  ];
  // There it is the end of a message, which says why.
  const failure = event({ type: "message-end", delta: { finish_reason: "ERROR", error: OVERLOADED } });
  return { ...work, events, failure };
}
