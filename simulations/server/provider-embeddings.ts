import { isRecord } from "../../src/record.js";
import type { SimulatedModel } from "./catalog.js";
import { textOf } from "./draft.js";
import { dimensionsOf, INPUTS_MAX, tokensIn, wrongDimensions } from "./embeddings.js";
import { errorAnswer } from "./errors.js";
import type { JsonAnswer } from "./reply.js";
import { embeddingOf } from "./text.js";
import type { Work, WorkContext } from "./work.js";

type Body = Readonly<Record<string, unknown>>;

/** Reads a request of Google's `embedContent`, or of `batchEmbedContents` for many. */
export function readEmbedContent(body: Body, model: SimulatedModel, isBatch: boolean): Work | JsonAnswer {
  const requests = isBatch ? body["requests"] : [body];
  if (!Array.isArray(requests) || requests.length === 0 || requests.length > INPUTS_MAX) {
    return errorAnswer(400, `'requests' must be a list of 1 to ${INPUTS_MAX} requests`, { param: "requests" });
  }
  const texts: string[] = [];
  for (const request of requests) {
    const content = isRecord(request) ? request["content"] : undefined;
    if (!isRecord(content)) return errorAnswer(400, "'content' must be an object with parts", { param: "content" });
    texts.push(textOf(content["parts"]));
  }
  const dimensions = dimensionsOf(isRecord(requests[0]) ? requests[0]["outputDimensionality"] : undefined, model);
  if (dimensions === undefined) return wrongDimensions("outputDimensionality");
  const values = (text: string) => ({ values: embeddingOf(text, { model: model.id, dimensions }) });
  const whole = (): unknown => (isBatch ? { embeddings: texts.map(values) } : { embedding: values(texts[0] ?? "") });
  return { promptTokens: tokensIn(texts), answerTokens: 0, whole };
}

/** Reads a request of Cohere's `/v2/embed`. */
export function readCohereEmbed(body: Body, { id }: WorkContext, model: SimulatedModel): Work | JsonAnswer {
  const { texts, input_type: inputType } = body;
  if (!Array.isArray(texts) || texts.length === 0 || texts.length > INPUTS_MAX || !texts.every(isText)) {
    return errorAnswer(400, `'texts' must be a list of 1 to ${INPUTS_MAX} texts`, { param: "texts" });
  }
  if (typeof inputType !== "string") return errorAnswer(400, "'input_type' must be a text", { param: "input_type" });
  const dimensions = dimensionsOf(body["output_dimension"], model);
  if (dimensions === undefined) return wrongDimensions("output_dimension");
  const promptTokens = tokensIn(texts);
  const whole = () => ({
    id,
    texts,
    embeddings: { float: texts.map((text) => embeddingOf(text, { model: model.id, dimensions })) },
    meta: { billed_units: { input_tokens: promptTokens } },
    response_type: "embeddings_by_type",
  });
  return { promptTokens, answerTokens: 0, whole };
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
