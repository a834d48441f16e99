import { describe, expect, it } from "vitest";
import { packFor, packsOf } from "../../../../src/cli/batch/live/packs.js";
import { sendPack } from "../../../../src/cli/batch/live/send-pack.js";
import type { RoutedRequest } from "../../../../src/cli/batch/requests/batch-line.js";
import { Router } from "../../../../src/cli/batch/servers.js";
import type { Task } from "../../../../src/cli/batch/survey.js";

function requestOf(input: string, index: number, server = "https://api.together.xyz/v1", model = "m"): RoutedRequest {
  const request = { line: index, customId: `line-${index}`, form: "openai", url: "/v1/embeddings", model } as const;
  const routed = new Router([{ baseUrl: new URL(server) }]).route({ ...request, body: { model, input } });
  if (!("href" in routed)) throw new Error("no way to it");
  return routed;
}

const send = (request: RoutedRequest): Task => ({ kind: "send", request, bytes: 1 });
const PROBLEM: Task = {
  kind: "problem",
  problem: { line: 9, customId: null, code: "invalid_encoding", message: "line 9: not UTF-8" },
  bytes: 1,
};

async function packs(tasks: readonly Task[], most: number | undefined): Promise<readonly (number | string)[]> {
  const source = (async function* () {
    yield* tasks;
  })();
  const sizes: (number | string)[] = [];
  for await (const each of packsOf(source, packFor(most))) {
    sizes.push(each.kind === "pack" ? each.requests.length : each.kind);
  }
  return sizes;
}

/** A sluice whose server answers as it is told to. */
const answering = (answer: (input: readonly string[]) => { status?: number; text: string }) => {
  const inputs: (readonly string[])[] = [];
  const fetch = async (_href: unknown, init?: RequestInit) => {
    const { input } = JSON.parse(String(init?.body)) as { input: string | readonly string[] };
    const texts = typeof input === "string" ? [input] : input;
    inputs.push(texts);
    const { status = 200, text } = answer(texts);
    return new Response(text, { status });
  };
  return { inputs, sluice: { fetch, close: async () => {} } as unknown as Parameters<typeof sendPack>[1] };
};

const texts = ["a", "bb", "ccc"];
const three = texts.map((text, index) => requestOf(text, index));
const isStopping = () => false;

describe("packs of texts", () => {
  it("hold as many as the guide says at Together, one elsewhere, and what was asked for anywhere", async () => {
    const many = (server?: string) => Array.from({ length: 45 }, (_, index) => send(requestOf("x", index, server)));
    expect(await packs(many(), undefined)).toEqual([20, 20, 5]);
    expect(await packs(many("https://api.openai.com/v1"), undefined)).toEqual(Array(45).fill("send"));
    expect(await packs(many("https://api.openai.com/v1"), 44)).toEqual([44, "send"]);
    expect(await packs(many(), 1)).toEqual(Array(45).fill("send"));
  });

  it("end where another model begins, and where a line can't be sent", async () => {
    const [a, b] = [requestOf("x", 1), requestOf("x", 2, undefined, "other")];
    expect(await packs([send(a), send(a), send(b), PROBLEM, send(b), send(b)], undefined)).toEqual([
      2,
      "send",
      "problem",
      2,
    ]);
  });

  it("give each text its embedding as the server wrote it, wherever in the list it stands, and its share of the tokens", async () => {
    const text = `{"model":"m", "data":[
      {"index":2,"embedding":[0.30000000000000000001]},{"embedding":[1e400],"index":0},{"index":1,"embedding":"]},["}],
      "usage":{"prompt_tokens":13,"total_tokens":13}}`;
    const { inputs, sluice } = answering(() => ({ text }));
    const sent = await sendPack(three, sluice, isStopping);
    expect(inputs).toEqual([texts]);
    const answers = sent.map((each) => (each.kind === "result" ? each.result.answer : undefined));
    expect(answers.map((answer) => answer?.text)).toEqual(
      [
        ["[1e400]", 2],
        ['"]},["', 5],
        ["[0.30000000000000000001]", 6],
      ].map(
        ([embedding, tokens]) =>
          `{"object":"list","data":[{"object":"embedding","index":0,"embedding":${embedding}}],"model":"m","usage":{"prompt_tokens":${tokens},"total_tokens":${tokens}}}`,
      ),
    );
    expect(answers.map((answer) => answer?.tokens)).toEqual([2, 5, 6]);
  });

  it("are halved until the text stands alone with which something is wrong", async () => {
    const { inputs, sluice } = answering((input) =>
      input.includes("bb")
        ? { status: 400, text: "{}" }
        : { text: JSON.stringify({ data: input.map(() => ({ embedding: [] })) }) },
    );
    const sent = await sendPack(three, sluice, isStopping);
    expect(sent.map((each) => each.kind === "result" && each.result.answer?.status)).toEqual([200, 400, 200]);
    expect(inputs.map((each) => each.join())).toEqual(["a,bb,ccc", "a,bb", "ccc", "a", "bb"]);
  });

  it.each([
    ["too few", '{"data":[{"embedding":[1]}]}', "there were 3 texts in a request, and 1 embeddings in its answer"],
    ["none", '{"data":{}}', "no list of embeddings"],
    ["no JSON", "fine", "no list of embeddings"],
    ["not embeddings", '{"data":[1,2,3]}', "0 embeddings"],
    ["a list", "[]", "no list of embeddings"],
  ])("fail text by text where the answer has %s", async (_name, text, message) => {
    const sent = await sendPack(three, answering(() => ({ text })).sluice, isStopping);
    expect(sent).toMatchObject(
      three.map(({ customId }) => ({
        kind: "result",
        result: {
          customId,
          answer: null,
          error: { code: "embeddings_missing", message: expect.stringContaining(message) },
        },
      })),
    );
  });

  it("share what isn't theirs: a wrong key ends it, another failure is that of each", async () => {
    expect(await sendPack(three, answering(() => ({ status: 401, text: "no" })).sluice, isStopping)).toMatchObject(
      three.map(() => ({ kind: "futile", because: "unauthorized" })),
    );
    expect(await sendPack(three, answering(() => ({ status: 404, text: "{}" })).sluice, isStopping)).toMatchObject(
      three.map(({ customId }) => ({ result: { customId, answer: { status: 404 } } })),
    );
  });
});
