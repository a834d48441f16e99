import { createSluice, type Sluice } from "sluice";

export async function each(
  sluice: Sluice,
  lines: AsyncIterable<string>,
  send: (line: string) => Promise<string>,
): Promise<string[]> {
  const saved: string[] = [];
  const save = (answer: string) => saved.push(answer);
  // #region map
  for await (const answer of sluice.map(lines, send, { key: "my-model", ordered: true })) save(answer);
  // #endregion
  return saved;
}

// #region pace
import { from, type Observable } from "rxjs";

/** Embeds a stream of texts; what fails for good is left out. */
export function embeddings(
  sluice: Sluice,
  texts: Iterable<string>,
  embed: (text: string) => Promise<number[]>,
): Observable<number[]> {
  return from(texts).pipe(
    sluice.pace((text, { signal }) => (signal.aborted ? [] : embed(text)), {
      key: "together/m2-bert",
      cost: (text) => ({ tokens: text.length / 4 }),
      onFailure: () => undefined,
    }),
  );
}
// #endregion

export const warm = (text: string): Sluice => {
  // #region warm start
  const sluice = createSluice({ state: JSON.parse(text) }); // what an earlier process wrote of `sluice.snapshot()`
  // #endregion
  return sluice;
};
