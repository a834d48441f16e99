import { describe, expect, it } from "vitest";
import { type Embeddings, packEmbeddings } from "../../src/adapter/together.js";
import { later, virtualSluice } from "../flow/server.js";

const texts = Array.from({ length: 45 }, (_, index) => `text ${index}`);
const embeddingOf = (text: string) => [text.length, Number(text.slice(5))];

async function collect<T>(all: AsyncIterable<T>): Promise<readonly T[]> {
  const collected: T[] = [];
  for await (const each of all) collected.push(each);
  return collected;
}

function begin() {
  const { clock, sluice } = virtualSluice({ control: { rateInitial: 100, burst: 10 } });
  const packs: number[] = [];
  /** The later a pack, the sooner its answer; and the embeddings in it are in the wrong order. */
  const embed = (pack: readonly string[]) => {
    packs.push(pack.length);
    const data = pack.map((text, index) => ({ index, embedding: embeddingOf(text) })).reverse();
    return later(clock, 1_000 / packs.length, { data });
  };
  return { clock, sluice, packs, embed };
}

describe("packEmbeddings", () => {
  it("sends twenty texts a request, and hands their embeddings back in the order of the texts", async () => {
    const { clock, sluice, packs, embed } = begin();
    async function* source() {
      yield* texts;
    }
    const stream = new ReadableStream<string>({
      start(controller) {
        for (const text of texts) controller.enqueue(text);
        controller.close();
      },
    });
    for (const inputs of [texts, new Set(texts), source(), stream]) {
      const all = collect(packEmbeddings(sluice, inputs, embed));
      await clock.runAsync(clock.now() + 10_000);
      expect(await all).toEqual(texts.map(embeddingOf));
    }
    expect(packs).toEqual([20, 20, 5, 20, 20, 5, 20, 20, 5, 20, 20, 5]);
    const none = collect(packEmbeddings(sluice, [], embed));
    await clock.runAsync(clock.now() + 1_000);
    expect(await none).toEqual([]);
  });

  it("takes other sizes, arrays as answers, and the options of map", async () => {
    const { clock, sluice, packs } = begin();
    const embed = async (pack: readonly string[]) => {
      packs.push(pack.length);
      return pack.map(embeddingOf);
    };
    const all = collect(packEmbeddings(sluice, texts.slice(0, 5), embed, { textsMax: 2, key: "together" }));
    await clock.runAsync(10_000);
    expect(await all).toEqual(texts.slice(0, 5).map(embeddingOf));
    expect(packs).toEqual([2, 2, 1]);
    expect(sluice.budgets()).toMatchObject([{ key: "together", accepted: 3 }]);
  });

  it("closes its inputs where the reader has had enough", async () => {
    const { clock, sluice, embed } = begin();
    let isClosed = false;
    async function* endless() {
      try {
        for (;;) yield "text 1";
      } finally {
        isClosed = true;
      }
    }
    const first = (async () => {
      for await (const each of packEmbeddings(sluice, endless(), embed, { bufferMax: 2 })) return each;
      return undefined;
    })();
    await clock.runAsync(20_000);
    expect(await first).toEqual(embeddingOf("text 1"));
    expect(isClosed).toBe(true);
  });

  it("says what is wrong with what it is given", async () => {
    const { clock, sluice, embed } = begin();
    for (const textsMax of [0, 1.5, 2_049, Number.NaN]) {
      expect(() => packEmbeddings(sluice, texts, embed, { textsMax })).toThrow(
        `textsMax must be a whole number from 1 to 2048, got ${textsMax}`,
      );
    }
    expect(() => packEmbeddings(sluice, "one text" as never, embed)).toThrow("got one text");
    expect(() => packEmbeddings(sluice, texts, 1 as never)).toThrow("a function that embeds texts");
    const endOf = async (inputs: readonly unknown[], answer: unknown) => {
      const all = collect(packEmbeddings(sluice, inputs as string[], async () => answer as Embeddings<number>));
      all.catch(() => {});
      await clock.runAsync(clock.now() + 10_000);
      return all.catch((error: unknown) => String(error));
    };
    expect(await endOf(["a", 7], [1])).toBe("TypeError: text 1 is no text but a number");
    expect(await endOf(["a", "b"], [1])).toBe(
      "TypeError: there were 2 texts in a request, and 1 embeddings in its answer",
    );
    expect(await endOf(["a"], { data: "none" })).toMatch("no list of embeddings in its answer");
    expect(await endOf(["a"], {})).toMatch("no list of embeddings in its answer");
  });
});
