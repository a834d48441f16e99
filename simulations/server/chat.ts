import { errorAnswer } from "./errors.js";
import type { JsonAnswer, StreamEvent } from "./reply.js";
import { answerTo, countTokens } from "./text.js";
import { isObject, type Work, type WorkContext } from "./work.js";

interface ChatRequest {
  readonly model: string;
  readonly messages: readonly { readonly role?: unknown; readonly content?: unknown }[];
  readonly max_tokens?: unknown;
  readonly max_completion_tokens?: unknown;
  readonly stream?: unknown;
}

/** Most answers are streamed in no more events than this, several words in each. */
const EVENTS_MAX = 24;

/** Reads a chat request: the work to be done, or what is wrong with it. */
export function readChat(body: Readonly<Record<string, unknown>>, context: WorkContext): Work | JsonAnswer {
  const { messages } = body;
  if (!Array.isArray(messages) || messages.length === 0 || !messages.every(isObject)) {
    return errorAnswer(400, "'messages' must be a list of at least one message", { param: "messages" });
  }
  const request = body as unknown as ChatRequest;
  const tokensMax = request.max_completion_tokens ?? request.max_tokens ?? Number.POSITIVE_INFINITY;
  if (typeof tokensMax !== "number" || !(tokensMax >= 1)) {
    return errorAnswer(400, "'max_tokens' must be a number of at least 1", { param: "max_tokens" });
  }
  const prompt = request.messages.map(({ content }) => textOf(content)).join("\n");
  const { words, isCut } = answerTo(prompt, { seed: context.seed, tokensMax: Math.floor(tokensMax) });
  const promptTokens = countTokens(prompt);
  const usage = {
    prompt_tokens: promptTokens,
    completion_tokens: words.length,
    total_tokens: promptTokens + words.length,
  };
  const finish = isCut ? "length" : "stop";
  const head = { id: context.id, created: context.created, model: request.model };
  const message = { role: "assistant", content: words.join(" ") };
  const work = {
    promptTokens,
    answerTokens: words.length,
    whole: () => ({
      ...head,
      object: "chat.completion",
      choices: [{ index: 0, message, finish_reason: finish, logprobs: null }],
      usage,
    }),
  };
  if (request.stream !== true) return work;

  const chunk = (delta: object, finishReason: string | null, more: object = {}): string =>
    JSON.stringify({
      ...head,
      object: "chat.completion.chunk",
      choices: [{ index: 0, delta, finish_reason: finishReason }],
      ...more,
    });
  const events = (perTokenMs: number): StreamEvent[] => {
    const size = Math.ceil(words.length / EVENTS_MAX);
    const pieces = Array.from({ length: Math.ceil(words.length / size) }, (_, index) =>
      words.slice(index * size, (index + 1) * size),
    );
    return [
      { afterMs: 0, data: chunk({ role: "assistant", content: "" }, null) },
      ...pieces.map((piece, index) => ({
        afterMs: perTokenMs * piece.length,
        data: chunk({ content: `${index === 0 ? "" : " "}${piece.join(" ")}` }, null),
      })),
      // Together sends the usage with the last event, asked for or not.
      { afterMs: 0, data: chunk({}, finish, { usage }) },
      { afterMs: 0, data: "[DONE]" },
    ];
  };
  return { ...work, events };
}

/** The text of a message: a string, or the text parts of a list. */
function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((part) => (isObject(part) && typeof part["text"] === "string" ? part["text"] : "")).join(" ");
}
