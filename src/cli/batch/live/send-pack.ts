import { inOrder } from "../../../adapter/packs.js";
import type { RoutedRequest } from "../requests/batch-line.js";
import { elementTexts, memberText } from "../results/member-text.js";
import { type Answer, isFailure, type Result } from "../results/result-line.js";
import type { Governor } from "./governor.js";
import { type Sent, send } from "./send.js";

/** What a server answers where something is wrong with one of the texts, and it doesn't say with which. */
const ABOUT_TEXTS: readonly number[] = [400, 413, 422];

/**
 * Sends texts to embed as one request; what became of each, in their order. Where the server finds fault with the request, its
 * halves are sent, and so on: one text that can't be embedded costs the others nothing. Never rejects.
 */
export async function sendPack(
  requests: readonly RoutedRequest[],
  sluice: Governor,
  isStopping: () => boolean,
): Promise<readonly Sent[]> {
  const [first] = requests;
  if (first === undefined) return [];
  if (requests.length === 1) return [await send(first, sluice, isStopping)];
  const sent = await send({ ...first, body: { ...first.body, input: requests.map(inputOf) } }, sluice, isStopping);
  if (sent.kind !== "result") return requests.map(() => sent);
  const { answer } = sent.result;
  if (answer !== null && ABOUT_TEXTS.includes(answer.status)) {
    const half = Math.ceil(requests.length / 2);
    const halves = [requests.slice(0, half), requests.slice(half)];
    return (await Promise.all(halves.map((each) => sendPack(each, sluice, isStopping)))).flat();
  }
  const results = isFailure(sent.result) || answer === null ? undefined : resultsOf(requests, answer);
  return requests.map(({ customId }, index) => ({
    kind: "result",
    result: results === undefined ? { ...sent.result, customId } : (results[index] ?? { ...sent.result, customId }),
  }));
}

function inputOf({ body }: RoutedRequest): string {
  return String((body as { readonly input?: unknown }).input);
}

/** An answer to many texts as the answers to each, as if each had been sent alone. */
function resultsOf(requests: readonly RoutedRequest[], answer: Answer): readonly Result[] {
  const embeddings = embeddingsIn(answer);
  if (embeddings?.length !== requests.length) {
    const message = `there were ${requests.length} texts in a request, and ${embeddings?.length ?? "no list of"} embeddings in its answer`;
    return requests.map(({ customId, form }) => ({
      customId,
      form,
      answer: null,
      error: { code: "embeddings_missing", message },
    }));
  }
  const model = memberText(answer.text, "model");
  const shares = sharesOf(answer.tokens, requests);
  return requests.map(({ customId, form }, index) => {
    const tokens = shares?.[index];
    const data = `[{"object":"embedding","index":0,"embedding":${embeddings[index]}}]`;
    const usage = tokens === undefined ? "" : `,"usage":{"prompt_tokens":${tokens},"total_tokens":${tokens}}`;
    const text = `{"object":"list","data":${data}${model === undefined ? "" : `,"model":${model}`}${usage}}`;
    return { customId, form, answer: { ...answer, text, ...(tokens !== undefined && { tokens }) }, error: null };
  });
}

/** Each text's embedding, as it stands in the answer; undefined where it has no list of them. */
function embeddingsIn({ text, isJson }: Answer): readonly (string | undefined)[] | undefined {
  const data = isJson && text.trimStart().startsWith("{") ? memberText(text, "data") : undefined;
  if (data === undefined || !data.startsWith("[")) return undefined;
  const elements = elementTexts(data).filter((element) => element.startsWith("{"));
  const placed = elements.map((element) => {
    const index = Number(memberText(element, "index"));
    return { embedding: memberText(element, "embedding"), ...(Number.isFinite(index) && { index }) };
  });
  const found = inOrder(placed).map(({ embedding }) => embedding);
  return found.includes(undefined) ? undefined : found;
}

/** Servers tell what all texts cost together: each has its share by its length, and the shares add up to the whole. */
function sharesOf(tokens: number | undefined, requests: readonly RoutedRequest[]): readonly number[] | undefined {
  if (tokens === undefined) return undefined;
  const lengths = requests.map((request) => inputOf(request).length);
  const all = lengths.reduce((sum, length) => sum + length, 0);
  let passed = 0;
  return lengths.map((length) => {
    const before = Math.round((tokens * passed) / all);
    passed += length;
    return Math.round((tokens * passed) / all) - before;
  });
}
