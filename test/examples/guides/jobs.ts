// #region pack
import { createSluice } from "sluice";
import { packEmbeddings } from "sluice/together";

/** Embeds texts of any number, twenty a request, in their order. */
export async function* vectors(texts: AsyncIterable<string>, client: Embedder, model: string) {
  await using sluice = createSluice();
  yield* packEmbeddings(sluice, texts, (input) => client.embeddings.create({ model, input: [...input] }), {
    key: model,
  });
}
// #endregion

interface Embedder {
  readonly embeddings: {
    create(body: { model: string; input: string[] }): Promise<{ data: { index: number; embedding: number[] }[] }>;
  };
}
