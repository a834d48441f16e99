import type { Attempt } from "../flow/job.js";
import { refuse } from "../option-error.js";
import type { PaceOptions } from "../options.js";
import type { Sluice } from "../sluice.js";
import { type Inputs, inputsOf } from "./inputs.js";

/** Texts in one request. Together's guide asks for no more than 20, and refuses those who send texts one by one the sooner. */
const TEXTS_MAX = 20;
const TEXTS_MOST = 2_048;

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
  return flat(sluice.map(packed(texts, textsMax), project, { ...own, ordered: true }));
}

async function* packed(texts: Inputs<string>, most: number): AsyncGenerator<readonly string[], void, undefined> {
  const iterator = inputsOf(texts);
  let isWhole = false;
  let count = 0;
  try {
    for (let pack: string[] = []; ; ) {
      const next = await iterator.next();
      if (next.done === true) {
        isWhole = true;
        if (pack.length > 0) yield pack;
        return;
      }
      if (typeof next.value !== "string") throw new TypeError(`text ${count} is no text but a ${typeof next.value}`);
      count += 1;
      pack.push(next.value);
      if (pack.length < most) continue;
      yield pack;
      pack = [];
    }
  } finally {
    if (!isWhole) await iterator.return?.();
  }
}

async function* flat<Embedding>(
  packs: AsyncIterable<readonly Embedding[]>,
): AsyncGenerator<Embedding, void, undefined> {
  for await (const pack of packs) yield* pack;
}

function unpacked<Embedding>(answer: Embeddings<Embedding>, count: number): readonly Embedding[] {
  const list = "data" in answer ? inOrder(answer.data) : answer;
  if (!Array.isArray(list) || list.length !== count) {
    const got = Array.isArray(list) ? `${list.length} embeddings` : "no list of embeddings";
    throw new TypeError(`there were ${count} texts in a request, and ${got} in its answer`);
  }
  return list;
}

/** Servers mostly keep the order; `index` is what they promise. */
function inOrder<Embedding>(data: readonly { readonly embedding: Embedding; readonly index?: number }[]) {
  if (!Array.isArray(data)) return data as unknown as readonly Embedding[];
  return [...data].sort((a, b) => (a.index ?? 0) - (b.index ?? 0)).map(({ embedding }) => embedding);
}
