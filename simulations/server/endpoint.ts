import { isRecord } from "../../src/record.js";
import type { ModelType, SimulatedModel } from "./catalog.js";
import { readChat } from "./chat.js";
import { readCohereChat } from "./cohere.js";
import { readEmbeddings } from "./embeddings.js";
import { errorAnswer } from "./errors.js";
import { readGenerate } from "./generate.js";
import { readImages } from "./images.js";
import { readMessages } from "./messages.js";
import type { Offered } from "./offer.js";
import { readCohereEmbed, readEmbedContent } from "./provider-embeddings.js";
import type { Call, JsonAnswer } from "./reply.js";
import { readResponses } from "./responses.js";
import type { Work, WorkContext } from "./work.js";

type Reader = (
  body: Readonly<Record<string, unknown>>,
  context: WorkContext,
  model: SimulatedModel,
) => Work | JsonAnswer;

/** What can be asked for at a path. */
interface Endpoint {
  readonly type: ModelType;
  readonly read: Reader;
  /** The model, where the path names it and the body doesn't. */
  readonly model?: string;
}

const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  "/v1/chat/completions": { type: "chat", read: readChat },
  "/v1/responses": { type: "chat", read: readResponses },
  "/v1/messages": { type: "chat", read: readMessages },
  "/v2/chat": { type: "chat", read: readCohereChat },
  "/v2/embed": { type: "embedding", read: readCohereEmbed },
  "/v1/embeddings": { type: "embedding", read: (body, _context, model) => readEmbeddings(body, model) },
  "/v1/images/generations": { type: "image", read: readImages },
};

/** Google names the model and the method in the path, and the version may be any. */
const GOOGLE =
  /^\/v1(?:beta|alpha)?\/models\/([^/:%]+):(generateContent|streamGenerateContent|embedContent|batchEmbedContents)$/;

/** The path as OpenAI has it, where a provider has its API below a folder of that name, as Groq does. */
export function plainPath(path: string): string {
  return path.replace(/^\/openai(?=\/v1\/)/, "");
}

/** A request that makes sense, and the model that is to do it. */
export interface Order {
  readonly model: Offered;
  readonly work: Work;
}

/** Reads a call: what is to be done by whom, or the answer that says what is wrong with it. */
export function readCall(call: Call, models: ReadonlyMap<string, Offered>, context: WorkContext): Order | JsonAnswer {
  const endpoint = endpointAt(call.path);
  if (endpoint === undefined) return errorAnswer(404, `no such path: ${call.path}`);
  if (call.method !== "POST") return errorAnswer(405, `${call.path} takes POST`);
  const { body } = call;
  if (!isRecord(body)) return errorAnswer(400, "the body must be a JSON object");
  const id = endpoint.model ?? body["model"];
  if (typeof id !== "string") return errorAnswer(400, "'model' must be a text", { param: "model" });
  const model = models.get(id);
  if (model === undefined) {
    const message = `Unable to access model ${id}: see GET /v1/models for those that there are.`;
    return errorAnswer(404, message, { code: "model_not_available", param: "model" });
  }
  if (model.type !== endpoint.type) {
    return errorAnswer(400, `${id} is a model for ${model.type}: not for ${call.path}`, { param: "model" });
  }
  const work = endpoint.read(body, context, model);
  return "status" in work ? work : { model, work };
}

function endpointAt(path: string): Endpoint | undefined {
  if (Object.hasOwn(ENDPOINTS, path)) return ENDPOINTS[path];
  const [, model, method] = GOOGLE.exec(path) ?? [];
  if (model === undefined) return undefined;
  if (method === "embedContent" || method === "batchEmbedContents") {
    const isBatch = method === "batchEmbedContents";
    return { type: "embedding", model, read: (body, _context, offered) => readEmbedContent(body, offered, isBatch) };
  }
  const isStreamed = method === "streamGenerateContent";
  const read: Reader = (body, context, { id }) => readGenerate(body, context, { model: id, isStreamed });
  return { type: "chat", model, read };
}
