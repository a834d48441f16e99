import type { Attempt } from "../flow/job.js";
import { refuse } from "../option-error.js";
import type { PaceOptions } from "../options.js";
import type { Sluice } from "../sluice.js";
import { type Inputs, inputsOf } from "./inputs.js";
import { inOrder, packed, TEXTS_MAX, TEXTS_MOST } from "./packs.js";

/** What an embeddings endpoint answers, or the embeddings alone. */
export type Embeddings<Embedding> =
  | readonly Embedding[]
  | { readonly data: readonly { readonly embedding: Embedding; readonly index?: number }[] };

/** Sends one request for these texts. */
export type Embed<Embedding> = (texts: readonly string[], attempt: Attempt) => PromiseLike<Embeddings<Embedding>>;

/** Options of `map` for each request, and how many texts go into one. */
export interface PackOptions extends Omit<PaceOptions<readonly string[], never>, "ordered" | "onFailure"> {
  /** Texts in a request, a whole number, 1 to 2,048. @defaultValue 20 */
  readonly textsMax?: number | undefined;
}

/**
 * Has many texts embedded by few requests, and hands the embeddings back in the order of the texts, in constant memory. Each
 * request is governed as those of `sluice.map` are: what is sent inside `embed`, by `sluice.fetch` or whatever, takes no second
 * permit, so name in `key` whose rate it is.
 *
 * @param embed answers with the response of the endpoint (`data`, put in order by `index`) or with an array, one for each text
 * @throws SluiceError `ERR_SLUICE_OPTION` at a wrong option
 * @throws TypeError where `texts` is one text or has something else in it, and where an answer has more or fewer embeddings than texts
 */
export function packEmbeddings<Embedding>(
  sluice: Pick<Sluice, "map">,
  texts: Inputs<string>,
  embed: Embed<Embedding>,
  options: PackOptions = {},
): AsyncIterableIterator<Embedding> {
  const { textsMax = TEXTS_MAX, ...own } = options;
  if (!(Number.isInteger(textsMax) && textsMax >= 1 && textsMax <= TEXTS_MOST)) {
    refuse("textsMax", `a whole number from 1 to ${TEXTS_MOST}`, textsMax);
  }
  if (typeof embed !== "function") throw new TypeError("packEmbeddings needs a function that embeds texts");
  if (typeof texts === "string") throw new TypeError("packEmbeddings needs texts to iterate over, and got one text");
  const project = async (pack: readonly string[], attempt: Attempt) =>
    unpacked(await embed(pack, attempt), pack.length);
  return flat(sluice.map(packed(onlyTexts(texts), { mostFor: () => textsMax }), project, { ...own, ordered: true }));
}

/** The same inputs, and an error at the first that is no text. */
function onlyTexts(inputs: Inputs<string>): AsyncIterable<string> {
  const iterator = inputsOf(inputs);
  let count = 0;
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        const next = await iterator.next();
        if (next.done === true) return { done: true, value: undefined };
        if (typeof next.value !== "string") throw new TypeError(`text ${count} is no text but a ${typeof next.value}`);
        count += 1;
        return { done: false, value: next.value };
      },
      async return() {
        await iterator.return?.();
        return { done: true, value: undefined };
      },
    }),
  };
}

async function* flat<Embedding>(
  packs: AsyncIterable<readonly Embedding[]>,
): AsyncGenerator<Embedding, void, undefined> {
  for await (const pack of packs) yield* pack;
}

function unpacked<Embedding>(answer: Embeddings<Embedding>, count: number): readonly Embedding[] {
  const list = "data" in answer ? embeddingsIn(answer.data) : answer;
  if (!Array.isArray(list) || list.length !== count) {
    const got = Array.isArray(list) ? `${list.length} embeddings` : "no list of embeddings";
    throw new TypeError(`there were ${count} texts in a request, and ${got} in its answer`);
  }
  return list;
}

function embeddingsIn<Embedding>(data: readonly { readonly embedding: Embedding; readonly index?: number }[]) {
  if (!Array.isArray(data)) return data as unknown as readonly Embedding[];
  return inOrder(data).map(({ embedding }) => embedding);
}
