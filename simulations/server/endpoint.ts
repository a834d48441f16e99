import type { ModelType, SimulatedModel } from "./catalog.js";
import { readChat } from "./chat.js";
import { readEmbeddings } from "./embeddings.js";
import { errorAnswer } from "./errors.js";
import { readImages } from "./images.js";
import type { Offered } from "./offer.js";
import type { Call, JsonAnswer } from "./reply.js";
import { isObject, type Work, type WorkContext } from "./work.js";

const TYPES: Readonly<Record<string, ModelType>> = {
  "/v1/chat/completions": "chat",
  "/v1/embeddings": "embedding",
  "/v1/images/generations": "image",
};

type Reader = (
  body: Readonly<Record<string, unknown>>,
  context: WorkContext,
  model: SimulatedModel,
) => Work | JsonAnswer;

const READERS: Readonly<Record<ModelType, Reader>> = {
  chat: readChat,
  embedding: (body, _context, model) => readEmbeddings(body, model),
  image: readImages,
};

/** A request that makes sense, and the model that is to do it. */
export interface Order {
  readonly model: Offered;
  readonly work: Work;
}

/** Reads a call: what is to be done by whom, or the answer that says what is wrong with it. */
export function readCall(call: Call, models: ReadonlyMap<string, Offered>, context: WorkContext): Order | JsonAnswer {
  const type = Object.hasOwn(TYPES, call.path) ? TYPES[call.path] : undefined;
  if (type === undefined) return errorAnswer(404, `no such path: ${call.path}`);
  if (call.method !== "POST") return errorAnswer(405, `${call.path} takes POST`);
  const { body } = call;
  if (!isObject(body)) return errorAnswer(400, "the body must be a JSON object");
  const id = body["model"];
  if (typeof id !== "string") return errorAnswer(400, "'model' must be a text", { param: "model" });
  const model = models.get(id);
  if (model === undefined) {
    const message = `Unable to access model ${id}: see GET /v1/models for those that there are.`;
    return errorAnswer(404, message, { code: "model_not_available", param: "model" });
  }
  if (model.type !== type) {
    return errorAnswer(400, `${id} is a model for ${model.type}: not for ${call.path}`, { param: "model" });
  }
  const work = READERS[type](body, context, model);
  return "status" in work ? work : { model, work };
}
