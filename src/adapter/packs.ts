import { type Inputs, inputsOf } from "./inputs.js";

/** Texts in one request. Together's guide asks for no more than 20, and refuses those who send texts one by one the sooner. */
export const TEXTS_MAX = 20;
/** What servers take at most (OpenAI). */
export const TEXTS_MOST = 2_048;

/** How things are put together. */
export interface Packing<In> {
  /** How many fit into a pack that begins with this one; 1 or more. */
  readonly mostFor: (first: In) => number;
  /** Whether two that follow one another mustn't be in one pack. Default: any two may. */
  readonly isApart?: (last: In, next: In) => boolean;
}

/** Puts what comes into packs, in its order; the last may hold fewer. */
export async function* packed<In>(inputs: Inputs<In>, packing: Packing<In>): AsyncGenerator<readonly In[], void, void> {
  const { mostFor, isApart = () => false } = packing;
  const iterator = inputsOf(inputs);
  let isWhole = false;
  try {
    for (let pack: In[] = [], most = 1; ; ) {
      const next = await iterator.next();
      if (next.done === true) {
        isWhole = true;
        if (pack.length > 0) yield pack;
        return;
      }
      const last = pack.at(-1);
      if (last !== undefined && isApart(last, next.value)) {
        yield pack;
        pack = [];
      }
      if (pack.length === 0) most = mostFor(next.value);
      pack.push(next.value);
      if (pack.length < most) continue;
      yield pack;
      pack = [];
    }
  } finally {
    if (!isWhole) await iterator.return?.();
  }
}

/** Embeddings of an answer in the order of their texts: servers mostly keep it; `index` is what they promise. */
export function inOrder<Datum extends { readonly index?: number }>(data: readonly Datum[]): readonly Datum[] {
  return [...data].sort((a, b) => (a.index ?? 0) - (b.index ?? 0));
}
