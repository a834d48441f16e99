import type { IncomingMessage } from "node:http";
import { errorAnswer } from "./errors.js";
import type { JsonAnswer } from "./reply.js";

/** A body that was read: what stands in it (undefined if it was empty), or the answer to what is wrong with it. */
export type ReadBody = { readonly value: unknown } | { readonly error: JsonAnswer };

/** Reads and parses a request's body. Rejects only where the client went away. */
export async function readBody(request: IncomingMessage, bytesMax: number): Promise<ReadBody> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    // The rest is read and dropped: a client that is still sending wouldn't see an answer.
    if (bytes <= bytesMax) parts.push(part);
  }
  if (bytes > bytesMax) return { error: errorAnswer(413, `the body has ${bytes} bytes; ${bytesMax} is the most`) };
  if (bytes === 0) return { value: undefined };
  const encoding = request.headers["content-encoding"] ?? "identity";
  if (encoding !== "identity")
    return { error: errorAnswer(415, `the body is encoded as ${encoding}; send it as it is`) };
  const type = request.headers["content-type"] ?? "";
  return isForm(type)
    ? readForm(new Response(Buffer.concat(parts), { headers: { "content-type": type } }))
    : readJson(Buffer.concat(parts).toString("utf8"));
}

function readJson(text: string): ReadBody {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { error: errorAnswer(400, `the body is not JSON: ${reasonOf(error)}`) };
  }
}

/** Whether a body of this type is a form that may have files in it. */
export function isForm(contentType: string | null): boolean {
  return contentType !== null && /^multipart\/form-data\b/i.test(contentType);
}

/** The fields of a form, with the text of its files. */
export async function readForm(carrier: Pick<Body, "formData">): Promise<ReadBody> {
  try {
    const fields: [string, unknown][] = [];
    for (const [name, field] of await carrier.formData()) {
      fields.push([name, typeof field === "string" ? field : { name: field.name, text: await field.text() }]);
    }
    return { value: Object.fromEntries(fields) };
  } catch (error) {
    return { error: errorAnswer(400, `the body is not a form: ${reasonOf(error)}`) };
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
