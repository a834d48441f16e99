import type { SimulatedModel } from "./catalog.js";
import { errorAnswer } from "./errors.js";
import type { JsonAnswer } from "./reply.js";

/** Google has its list below a version of its own. */
const PATH = /^\/(v1|v1beta|v1alpha)\/models(?:\/(.+))?$/;

/** A model, and the list of all, in a provider's form. */
interface Form {
  one(model: SimulatedModel): unknown;
  all(models: readonly unknown[]): unknown;
}

const OPENAI: Form = {
  one: ({ id, type }) => ({ id, type, object: "model", created: 0 }),
  all: (data) => ({ object: "list", data }),
};

const GOOGLE: Form = {
  one: ({ id, type }) => ({
    name: `models/${id}`,
    displayName: id,
    supportedGenerationMethods:
      type === "embedding" ? ["embedContent", "batchEmbedContents"] : ["generateContent", "streamGenerateContent"],
  }),
  all: (models) => ({ models }),
};

const FORMS: Readonly<Record<string, Form>> = {
  /** OpenAI wraps its list into an object; Together doesn't. */
  together: { ...OPENAI, all: (models) => models },
  anthropic: {
    one: ({ id }) => ({ type: "model", id, display_name: id, created_at: "1970-01-01T00:00:00Z" }),
    all: (data) => ({ data, has_more: false }),
  },
};

/** The answer to a call about what models there are, or about one of them; undefined where a path is about something else. */
export function modelsAt(path: string, provider: string, models: readonly SimulatedModel[]): JsonAnswer | undefined {
  const [, version, id] = PATH.exec(path) ?? [];
  if (version === undefined) return undefined;
  const form = version === "v1" ? formOf(provider) : GOOGLE;
  if (id === undefined) return { status: 200, json: form.all(models.map((model) => form.one(model))) };
  const model = models.find((each) => each.id === decoded(id));
  if (model !== undefined) return { status: 200, json: form.one(model) };
  return errorAnswer(404, `there is no model ${decoded(id)}`, { code: "model_not_available", param: "model" });
}

function formOf(provider: string): Form {
  return (Object.hasOwn(FORMS, provider) ? FORMS[provider] : undefined) ?? OPENAI;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
