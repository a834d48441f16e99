import type { SimulatedModel } from "./catalog.js";
import { errorAnswer } from "./errors.js";
import type { JsonAnswer } from "./reply.js";
import { countTokens } from "./text.js";
import type { Work, WorkContext } from "./work.js";

/** Most pictures of one request, as at Together. */
const IMAGES_MAX = 4;
/** A whole PNG of one grey pixel: whoever asks wants to be limited, not to look. */
const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==";

/** Reads a request for images: the work to be done, or what is wrong with it. */
export function readImages(
  body: Readonly<Record<string, unknown>>,
  context: WorkContext,
  model: SimulatedModel,
): Work | JsonAnswer {
  const { prompt, n = 1, response_format: format = "url" } = body;
  if (typeof prompt !== "string" || prompt === "") {
    return errorAnswer(400, "'prompt' must be a text that isn't empty", { param: "prompt" });
  }
  if (typeof n !== "number" || !Number.isInteger(n) || n < 1 || n > IMAGES_MAX) {
    return errorAnswer(400, `'n' must be an integer from 1 to ${IMAGES_MAX}`, { param: "n" });
  }
  // The last is OpenAI's word for it.
  if (format !== "url" && format !== "base64" && format !== "b64_json") {
    return errorAnswer(400, "'response_format' must be url or base64", { param: "response_format" });
  }
  const picture =
    format === "url" ? { type: "url", url: `data:image/png;base64,${PNG}` } : { type: "b64_json", b64_json: PNG };
  return {
    promptTokens: countTokens(prompt),
    answerTokens: 0,
    whole: () => ({
      id: context.id,
      object: "list",
      model: model.id,
      created: context.created,
      data: Array.from({ length: n }, (_, index) => ({ index, ...picture })),
    }),
  };
}
