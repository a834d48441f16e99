import { isRecord } from "../../src/record.js";
import { errorAnswer } from "./errors.js";
import type { JsonAnswer, StreamEvent } from "./reply.js";
import { answerTo, countTokens } from "./text.js";
import type { WorkContext } from "./work.js";

/** Most answers are streamed in no more parts than this, several words in each. */
const PARTS_MAX = 24;
/** What an error in a stream says. */
export const OVERLOADED = "The model is overloaded.";

/** A part of an answer, as it is streamed. */
export interface Part {
  readonly text: string;
  readonly tokens: number;
}

/** An answer, before an API puts it into its form. */
export interface Draft {
  readonly text: string;
  /** The same in the parts in which it is streamed. */
  readonly parts: readonly Part[];
  readonly promptTokens: number;
  readonly answerTokens: number;
  /** Whether the most that was asked for cut it short. */
  readonly isCut: boolean;
}

/** What is asked, whatever the form in which it was. */
export interface Question {
  readonly prompt: string;
  /** The most tokens that the answer may have, as it was said; undefined for any number. */
  readonly tokensMax: unknown;
  /** What the API calls that. */
  readonly tokensMaxName: string;
}

/** Drafts the answer to a question, or says what is wrong with it. */
export function draftAnswer(question: Question, { seed }: WorkContext): Draft | JsonAnswer {
  const { prompt, tokensMax = Number.POSITIVE_INFINITY, tokensMaxName: param } = question;
  if (typeof tokensMax !== "number" || !(tokensMax >= 1)) {
    return errorAnswer(400, `'${param}' must be a number of at least 1`, { param });
  }
  const { words, isCut } = answerTo(prompt, { seed, tokensMax: Math.floor(tokensMax) });
  const promptTokens = countTokens(prompt);
  return { text: words.join(" "), parts: partsOf(words), promptTokens, answerTokens: words.length, isCut };
}

/** The messages of a body, or what is wrong with them. */
export function messagesOf(value: unknown, param: string): readonly Readonly<Record<string, unknown>>[] | JsonAnswer {
  if (Array.isArray(value) && value.length > 0 && value.every(isRecord)) return value;
  return errorAnswer(400, `'${param}' must be a list of at least one message`, { param });
}

/** The text of a message: a string, or the text parts of a list. */
export function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((part) => (isRecord(part) && typeof part["text"] === "string" ? part["text"] : "")).join(" ");
}

/** An event of a stream whose events bear their type as their name too. */
export function namedEvent(
  data: { readonly type: string; readonly [field: string]: unknown },
  afterMs = 0,
): StreamEvent {
  return { afterMs, event: data.type, data: JSON.stringify(data) };
}

function partsOf(words: readonly string[]): readonly Part[] {
  const size = Math.ceil(words.length / PARTS_MAX);
  return Array.from({ length: Math.ceil(words.length / size) }, (_, index) => {
    const piece = words.slice(index * size, (index + 1) * size);
    return { text: `${index === 0 ? "" : " "}${piece.join(" ")}`, tokens: piece.length };
  });
}
