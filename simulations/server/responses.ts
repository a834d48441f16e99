import { draftAnswer, messagesOf, namedEvent, OVERLOADED, textOf } from "./draft.js";
import type { JsonAnswer, StreamEvent } from "./reply.js";
import type { Work, WorkContext } from "./work.js";

/** Reads a request of OpenAI's `/v1/responses`: the work to be done, or what is wrong with it. */
export function readResponses(body: Readonly<Record<string, unknown>>, context: WorkContext): Work | JsonAnswer {
  const { input, instructions, max_output_tokens: tokensMax } = body;
  const items = typeof input === "string" ? [{ content: input }] : messagesOf(input, "input");
  if ("status" in items) return items;
  const prompt = [instructions, ...items.map(({ content }) => content)].map(textOf).join("\n");
  const question = { prompt, tokensMax: tokensMax ?? undefined, tokensMaxName: "max_output_tokens" };
  const draft = draftAnswer(question, context);
  if ("status" in draft) return draft;
  const { text, parts, promptTokens, answerTokens, isCut } = draft;
  const status = isCut ? "incomplete" : "completed";
  const head = { id: `resp_${context.id}`, object: "response", created_at: context.created, model: body["model"] };
  const usage = {
    input_tokens: promptTokens,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: answerTokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: promptTokens + answerTokens,
  };
  const message = { id: `msg_${context.id}`, type: "message", role: "assistant" };
  const textPart = (said: string) => ({ type: "output_text", text: said, annotations: [] });
  const whole = () => ({
    ...head,
    status,
    error: null,
    incomplete_details: isCut ? { reason: "max_output_tokens" } : null,
    output: [{ ...message, status, content: [textPart(text)] }],
    usage,
  });
  const work = { promptTokens, answerTokens, whole };
  if (body["stream"] !== true) return work;

  const begun = { ...head, status: "in_progress", error: null, incomplete_details: null, output: [], usage: null };
  const place = { item_id: message.id, output_index: 0, content_index: 0 };
  const events = (perTokenMs: number): StreamEvent[] =>
    [
      { type: "response.created", response: begun },
      { type: "response.in_progress", response: begun },
      {
        type: "response.output_item.added",
        output_index: 0,
        item: { ...message, status: "in_progress", content: [] },
      },
      { type: "response.content_part.added", ...place, part: textPart("") },
      ...parts.map((part) => ({
        type: "response.output_text.delta",
        ...place,
        delta: part.text,
        afterMs: perTokenMs * part.tokens,
      })),
      { type: "response.output_text.done", ...place, text },
      { type: "response.content_part.done", ...place, part: textPart(text) },
      {
        type: "response.output_item.done",
        output_index: 0,
        item: { ...message, status, content: [textPart(text)] },
      },
      { type: `response.${status}`, response: whole() },
    ].map(({ afterMs = 0, ...event }: { type: string; afterMs?: number }, index) =>
      namedEvent({ ...event, sequence_number: index }, afterMs),
    );
  const error = { type: "service_unavailable_error", code: "server_is_overloaded", message: OVERLOADED, param: null };
  const failure = namedEvent({ type: "error", error, sequence_number: parts.length });
  return { ...work, events, failure };
}
