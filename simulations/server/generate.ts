import { isRecord } from "../../src/record.js";
import { draftAnswer, messagesOf, OVERLOADED, textOf } from "./draft.js";
import type { JsonAnswer, StreamEvent } from "./reply.js";
import type { Work, WorkContext } from "./work.js";

/** Which of Google's two methods was called. */
export interface GenerateMethod {
  readonly model: string;
  /** `streamGenerateContent`: the answer comes in events, as with `alt=sse`. */
  readonly isStreamed: boolean;
}

/** Reads a request of Google's `generateContent`: the work to be done, or what is wrong with it. */
export function readGenerate(
  body: Readonly<Record<string, unknown>>,
  context: WorkContext,
  { model, isStreamed }: GenerateMethod,
): Work | JsonAnswer {
  const contents = messagesOf(body["contents"], "contents");
  if ("status" in contents) return contents;
  const { systemInstruction, generationConfig } = body;
  const prompt = [systemInstruction, ...contents].map((content) => (isRecord(content) ? textOf(content["parts"]) : ""));
  const tokensMax = isRecord(generationConfig) ? generationConfig["maxOutputTokens"] : undefined;
  const question = { prompt: prompt.join("\n"), tokensMax, tokensMaxName: "generationConfig.maxOutputTokens" };
  const draft = draftAnswer(question, context);
  if ("status" in draft) return draft;
  const { promptTokens, answerTokens } = draft;
  const finishReason = draft.isCut ? "MAX_TOKENS" : "STOP";
  const usageUntil = (tokens: number) => ({
    promptTokenCount: promptTokens,
    candidatesTokenCount: tokens,
    totalTokenCount: promptTokens + tokens,
  });
  const chunk = (text: string, usageMetadata: object, more: object = {}) => ({
    candidates: [{ content: { parts: [{ text }], role: "model" }, index: 0, ...more }],
    usageMetadata,
    modelVersion: model,
    responseId: context.id,
  });
  const work = {
    promptTokens,
    answerTokens,
    whole: () => chunk(draft.text, usageUntil(answerTokens), { finishReason }),
  };
  if (!isStreamed) return work;

  const events = (perTokenMs: number): StreamEvent[] => {
    let sent = 0;
    return draft.parts.map(({ text, tokens }, index) => {
      sent += tokens;
      const isLast = index === draft.parts.length - 1;
      const data = JSON.stringify(chunk(text, usageUntil(sent), isLast ? { finishReason } : {}));
      return { afterMs: perTokenMs * tokens, data };
    });
  };
  const failure = {
    afterMs: 0,
    data: JSON.stringify({ error: { code: 503, message: OVERLOADED, status: "UNAVAILABLE" } }),
  };
  return { ...work, events, failure };
}
