import type { SimulatedModel } from "./catalog.js";
import { errorAnswer } from "./errors.js";
import type { JsonAnswer } from "./reply.js";
import { countTokens, embeddingOf } from "./text.js";
import type { Work } from "./work.js";

/** Most inputs of one request, as at OpenAI. */
export const INPUTS_MAX = 2_048;
const DIMENSIONS_DEFAULT = 64;
const DIMENSIONS_MAX = 4_096;

/** Reads an embeddings request: the work to be done, or what is wrong with it. */
export function readEmbeddings(body: Readonly<Record<string, unknown>>, model: SimulatedModel): Work | JsonAnswer {
  const inputs = inputsOf(body["input"]);
  if (inputs === undefined || inputs.length === 0 || inputs.length > INPUTS_MAX) {
    return errorAnswer(400, `'input' must be a text, or a list of 1 to ${INPUTS_MAX} texts`, { param: "input" });
  }
  const dimensions = dimensionsOf(body["dimensions"], model);
  if (dimensions === undefined) return wrongDimensions("dimensions");
  const promptTokens = tokensIn(inputs);
  // OpenAI's own client asks for base64 unless told otherwise, and decodes whatever comes.
  const encode = body["encoding_format"] === "base64" ? toBase64 : (vector: number[]): number[] => vector;
  return {
    promptTokens,
    answerTokens: 0,
    whole: () => ({
      object: "list",
      model: model.id,
      data: inputs.map((text, index) => ({
        object: "embedding",
        index,
        embedding: encode(embeddingOf(text, { model: model.id, dimensions })),
      })),
      usage: { prompt_tokens: promptTokens, total_tokens: promptTokens },
    }),
  };
}

/** How long an embedding is to be; undefined where what was asked for can't be. */
export function dimensionsOf(asked: unknown, model: SimulatedModel): number | undefined {
  const dimensions = asked ?? model.dimensions ?? DIMENSIONS_DEFAULT;
  const isWhole = typeof dimensions === "number" && Number.isInteger(dimensions);
  return isWhole && dimensions >= 1 && dimensions <= DIMENSIONS_MAX ? dimensions : undefined;
}

export function wrongDimensions(param: string): JsonAnswer {
  return errorAnswer(400, `'${param}' must be an integer from 1 to ${DIMENSIONS_MAX}`, { param });
}

export function tokensIn(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + countTokens(text), 0);
}

/** The texts of an input: one text, a list of texts, one list of token numbers, or a list of such lists. */
function inputsOf(input: unknown): string[] | undefined {
  if (typeof input === "string") return [input];
  if (!Array.isArray(input)) return undefined;
  if (input.every((each) => typeof each === "number") && input.length > 0) return [input.join(" ")];
  const texts = input.map((each) => (Array.isArray(each) ? each.join(" ") : each));
  return texts.every((each) => typeof each === "string") ? texts : undefined;
}

function toBase64(vector: number[]): string {
  return Buffer.from(new Float32Array(vector).buffer).toString("base64");
}
