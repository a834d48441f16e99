/** Names longer than this are cut: a hostile one must not fill the memory, and no provider's comes near it. */
const MODEL_LENGTH_MAX = 128;
/** Strings and brackets that are visited in search of the model. A message of any length is one of them. */
const STEPS_MAX = 20_000;
/** Bytes of a binary body that are looked at. */
const BYTES_MAX = 65_536;

const MODEL_FIRST = '{"model":"';

/** Where providers that name the model in the address put it. */
const MODEL_IN_PATH: readonly RegExp[] = [
  /\/models\/([^/:?#]+):\w+/, // Google: /v1beta/models/gemini-2.5-pro:generateContent
  /\/deployments\/([^/?#]+)\//, // Azure OpenAI: /openai/deployments/my-gpt/chat/completions
  /\/model\/([^/?#]+)\/(?:invoke|converse)/, // Bedrock: /model/anthropic.claude-v2/invoke
  /\/ai\/run\/([^?#]+)/, // Cloudflare Workers AI: /ai/run/@cf/meta/llama-3-8b
];
/** What all of these have: most paths are none of them, and are asked but once. */
const MAY_NAME_MODEL = /\/(?:models?|deployments|ai\/run)\//;
/** Names that need no tidying. */
const TIDY = /^[ -~]{1,128}$/;

/** The model that was found last, and how it is written: a program asks for the same again and again. */
let lastModel = "";
let lastWritten = '""';

/** The model that a request names, in its address or in its body, where that can be found cheaply. */
export function modelOf(path: string, body: unknown): string | undefined {
  return tidied(modelInPath(path) ?? modelInBody(body));
}

/** A body that asks another model for the same; undefined where it names none. */
export function withModel(body: unknown, model: string): BodyInit | undefined {
  if (typeof body === "string") return withModelInJson(body, model);
  if (body instanceof ArrayBuffer) return withModelInJson(new TextDecoder().decode(body), model);
  if (ArrayBuffer.isView(body)) return withModelInJson(new TextDecoder().decode(body), model);
  if (body instanceof URLSearchParams) {
    const copy = new URLSearchParams(body);
    copy.set("model", model);
    return copy;
  }
  if (!(body instanceof FormData)) return undefined;
  const copy = new FormData();
  for (const [name, field] of body) copy.append(name, name === "model" ? model : field);
  return copy;
}

/** The model that an address names. */
export function modelInPath(path: string): string | undefined {
  if (!MAY_NAME_MODEL.test(path)) return undefined;
  for (const pattern of MODEL_IN_PATH) {
    const name = pattern.exec(path)?.[1];
    if (name !== undefined) return decoded(name);
  }
  return undefined;
}

function modelInBody(body: unknown): string | undefined {
  if (typeof body === "string") return modelInJson(body);
  if (body instanceof ArrayBuffer) return modelInJson(textOf(new Uint8Array(body)));
  if (ArrayBuffer.isView(body))
    return modelInJson(textOf(new Uint8Array(body.buffer, body.byteOffset, body.byteLength)));
  if (body instanceof FormData || body instanceof URLSearchParams) {
    const model = body.get("model");
    return typeof model === "string" ? model : undefined;
  }
  return undefined;
}

/**
 * The member "model" at the top of a JSON text. The text is scanned, not parsed: a body with megabytes of images would
 * otherwise be parsed here and again by whoever reads it.
 */
export function modelInJson(text: string): string | undefined {
  const start = modelAt(text);
  if (start === undefined) return undefined;
  if (text.startsWith(lastWritten, start)) return lastModel;
  const end = endOfString(text, start);
  // Escapes make a name up to six times as long; what is longer still is cut, and then no JSON any more.
  if (end === undefined || end - start > 6 * MODEL_LENGTH_MAX)
    return text.slice(start + 1, start + 1 + MODEL_LENGTH_MAX);
  const model = stringIn(text.slice(start, end));
  if (model === undefined) return undefined;
  lastModel = model;
  // Written anew: a slice of the body would keep all of it.
  lastWritten = JSON.stringify(model);
  return model;
}

/** The same text with another model in that place; undefined where it has none. */
export function withModelInJson(text: string, model: string): string | undefined {
  const start = modelAt(text);
  const end = start === undefined ? undefined : endOfString(text, start);
  return end === undefined ? undefined : text.slice(0, start) + JSON.stringify(model) + text.slice(end);
}

/** Index of the quote at which the model begins. */
function modelAt(text: string): number | undefined {
  // Most SDKs write it first.
  if (text.startsWith(MODEL_FIRST)) return MODEL_FIRST.length - 1;
  const mark = /["{}[\]]/g;
  let depth = 0;
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const at = mark.exec(text)?.index;
    if (at === undefined) return undefined;
    const character = text[at];
    if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") depth -= 1;
    else {
      const end = endOfString(text, at);
      if (end === undefined) return undefined;
      if (depth === 1 && text.startsWith('"model"', at)) {
        const value = /\s*:\s*"/y;
        value.lastIndex = end;
        // Without a colon it was a value that happens to read "model".
        if (value.test(text)) return value.lastIndex - 1;
      }
      mark.lastIndex = end;
    }
    if (depth <= 0) return undefined;
  }
  return undefined;
}

/** Index after the string that begins at a quote. */
function endOfString(text: string, start: number): number | undefined {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text[at - 1 - slashes] === "\\") slashes += 1;
    if (slashes % 2 === 0) return at + 1;
  }
  return undefined;
}

function stringIn(json: string): string | undefined {
  try {
    return JSON.parse(json) as string;
  } catch {
    return undefined;
  }
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.subarray(0, BYTES_MAX));
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** Of a bounded length, and without characters that would garble a log. */
function tidied(name: string | undefined): string | undefined {
  if (name === undefined || name === "") return undefined;
  if (TIDY.test(name)) return name;
  return name.slice(0, MODEL_LENGTH_MAX).replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, "?");
}
