import type { Cost } from "../cost.js";
import { isRecord } from "../record.js";
import { eventsOf, isStreamText, parseJson, textOfBody } from "./body.js";

/** Longer JSON isn't parsed for its usage: the last part of the text is searched for it. */
const TAIL_LENGTH = 16_384;

/** Tokens are counted by the million; more than this in one answer is an error of somebody's. */
const TOKENS_MAX = 1e12;

type Record_ = Readonly<Record<string, unknown>>;

/**
 * What an answer says that it spent: `inputTokens`, `outputTokens` and `tokens`, their sum. Takes parsed JSON, JSON text,
 * a text of server-sent events, one event of it, or a list of events; knows the words of OpenAI (chat, responses,
 * embeddings) and of those that follow it, Together, Mistral, Anthropic, Google, Cohere and Bedrock. In a stream later
 * events correct earlier ones. Undefined where nothing is said; never throws.
 */
export function usageOf(body: unknown): Cost | undefined {
  try {
    const text = textOfBody(body);
    const spent = text === undefined ? ofValue(body) : ofText(text);
    return spent === undefined ? undefined : costOf(spent);
  } catch {
    return undefined;
  }
}

/**
 * What two events of one stream say together: the later is right where both speak, and the sum is of what is left.
 * Anthropic tells the input at the beginning and the output at the end.
 */
export function mergedUsage(earlier: Cost | undefined, later: Cost | undefined): Cost | undefined {
  if (earlier === undefined || later === undefined) return later ?? earlier;
  const inputTokens = later.inputTokens ?? earlier.inputTokens;
  const outputTokens = later.outputTokens ?? earlier.outputTokens;
  // With both parts of its own, or neither, a total is of its own event.
  if ((later.inputTokens === undefined) === (later.outputTokens === undefined)) return { ...earlier, ...later };
  return {
    ...(inputTokens !== undefined && { inputTokens }),
    ...(outputTokens !== undefined && { outputTokens }),
    tokens: (inputTokens ?? 0) + (outputTokens ?? 0),
  };
}

type Draft<T> = { -readonly [Key in keyof T]: T[Key] };

interface Spent {
  readonly input?: number;
  readonly output?: number;
  readonly total?: number;
}

function ofText(text: string): Spent | undefined {
  if (isStreamText(text)) return ofEvents(eventsOf(text, (block) => USAGE_HINT.test(block)).map((event) => event.data));
  const parsed = parseJson(text);
  if (parsed !== undefined) return ofValue(parsed);
  return ofTail(text.slice(-TAIL_LENGTH));
}

const USAGE_HINT = /usage|billed_units|token/i;

/** The usage object at the end of a long answer, whose embeddings or text nobody wants to parse for it. */
function ofTail(tail: string): Spent | undefined {
  const found = /"(?:usage|usageMetadata)"\s*:\s*(\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\})/.exec(tail)?.[1];
  const usage = found === undefined ? undefined : parseJson(found);
  return isRecord(usage) ? ofUsage(usage) : undefined;
}

function ofValue(value: unknown): Spent | undefined {
  if (Array.isArray(value)) return ofEvents(value.slice(-64));
  if (!isRecord(value)) return undefined;
  return (
    ofPlace(value) ??
    ofPlace(value["response"]) ??
    ofPlace(value["message"]) ??
    ofPlace(value["delta"]) ??
    ofPlace(value["data"])
  );
}

function ofPlace(place: unknown): Spent | undefined {
  if (!isRecord(place)) return undefined;
  const usage = place["usage"] ?? place["usageMetadata"] ?? place["meta"] ?? place["x_groq"];
  return isRecord(usage) ? ofUsage(isRecord(usage["usage"]) ? usage["usage"] : usage) : undefined;
}

/** Anthropic tells the input first and the output last; where both events tell one of them, the later is right. */
function ofEvents(events: readonly unknown[]): Spent | undefined {
  let spent: Spent | undefined;
  for (const event of events) {
    const said = ofValue(event);
    if (said === undefined) continue;
    // A total is of its own event: beside newer parts an old one is wrong.
    const { total: _old, ...parts } = spent ?? {};
    spent = { ...parts, ...said };
  }
  return spent;
}

const INPUT = ["prompt_tokens", "input_tokens", "inputTokens", "promptTokenCount", "promptTokens", "prompt_eval_count"];
const OUTPUT = ["completion_tokens", "output_tokens", "outputTokens", "candidatesTokenCount", "completionTokens"];
const TOTAL = ["total_tokens", "totalTokens", "totalTokenCount"];
/** Anthropic counts what it wrote to its cache beside the input; what it read from there costs no quota. */
const INPUT_BESIDE = ["cache_creation_input_tokens"];
/** Google counts thoughts beside the candidates. */
const OUTPUT_BESIDE = ["thoughtsTokenCount"];

function ofUsage(usage: Record_): Spent | undefined {
  // Cohere nests it: meta.billed_units, meta.tokens, usage.tokens.
  for (const inner of [usage["tokens"], usage["billed_units"]]) {
    const spent = isRecord(inner) ? ofUsage(inner) : undefined;
    if (spent !== undefined) return spent;
  }
  const input = sumOf(usage, INPUT, INPUT_BESIDE);
  const output = sumOf(usage, OUTPUT, OUTPUT_BESIDE);
  const total = firstOf(usage, TOTAL);
  if (input === undefined && output === undefined && total === undefined) return undefined;
  // Built up rather than spread together: this runs once for each answer.
  const spent: Draft<Spent> = {};
  if (input !== undefined) spent.input = input;
  if (output !== undefined) spent.output = output;
  if (total !== undefined) spent.total = total;
  return spent;
}

function sumOf(usage: Record_, names: readonly string[], beside: readonly string[]): number | undefined {
  const base = firstOf(usage, names);
  return base === undefined ? undefined : base + (firstOf(usage, beside) ?? 0);
}

function firstOf(usage: Record_, names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = usage[name];
    if (typeof value === "number" && value >= 0 && value <= TOKENS_MAX) return value;
  }
  return undefined;
}

function costOf({ input, output, total }: Spent): Cost {
  const cost: Draft<Pick<Cost, "inputTokens" | "outputTokens" | "tokens">> = {};
  if (input !== undefined) cost.inputTokens = input;
  if (output !== undefined) cost.outputTokens = output;
  cost.tokens = total ?? (input ?? 0) + (output ?? 0);
  return cost;
}
