import { draftAnswer, messagesOf, textOf } from "./draft.js";
import type { JsonAnswer, StreamEvent } from "./reply.js";
import type { Work, WorkContext } from "./work.js";

/** Reads a chat request in OpenAI's form: the work to be done, or what is wrong with it. */
export function readChat(body: Readonly<Record<string, unknown>>, context: WorkContext): Work | JsonAnswer {
  const messages = messagesOf(body["messages"], "messages");
  if ("status" in messages) return messages;
  const prompt = messages.map(({ content }) => textOf(content)).join("\n");
  const tokensMax = body["max_completion_tokens"] ?? body["max_tokens"] ?? undefined;
  const draft = draftAnswer({ prompt, tokensMax, tokensMaxName: "max_tokens" }, context);
  if ("status" in draft) return draft;
  const { promptTokens, answerTokens } = draft;
  const usage = {
    prompt_tokens: promptTokens,
    completion_tokens: answerTokens,
    total_tokens: promptTokens + answerTokens,
  };
  const finish = draft.isCut ? "length" : "stop";
  const head = { id: context.id, created: context.created, model: body["model"] };
  const message = { role: "assistant", content: draft.text };
  const work = {
    promptTokens,
    answerTokens,
    whole: () => ({
      ...head,
      object: "chat.completion",
      choices: [{ index: 0, message, finish_reason: finish, logprobs: null }],
      usage,
    }),
  };
  if (body["stream"] !== true) return work;

  const chunk = (delta: object, finishReason: string | null, more: object = {}): string =>
    JSON.stringify({
      ...head,
      object: "chat.completion.chunk",
      choices: [{ index: 0, delta, finish_reason: finishReason }],
      ...more,
    });
  const events = (perTokenMs: number): StreamEvent[] => [
    { afterMs: 0, data: chunk({ role: "assistant", content: "" }, null) },
    ...draft.parts.map(({ text, tokens }) => ({
      afterMs: perTokenMs * tokens,
      data: chunk({ content: text }, null),
    })),
    // Together sends the usage with the last event, asked for or not.
    { afterMs: 0, data: chunk({}, finish, { usage }) },
    { afterMs: 0, data: "[DONE]" },
  ];
  return { ...work, events };
}
