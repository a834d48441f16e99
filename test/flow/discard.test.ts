import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { discard } from "../../src/flow/discard.js";

describe("discard", () => {
  it("cancels the body of a Response, and leaves alone one that somebody reads", async () => {
    const reasons: unknown[] = [];
    const body = () => new ReadableStream({ cancel: () => void reasons.push("cancelled") });
    discard(new Response(body()));
    const locked = new Response(body());
    locked.body?.getReader();
    discard(locked);
    await Promise.resolve();
    expect(reasons).toEqual(["cancelled"]);
  });

  it("dumps the body of undici's request, and closes a stream of Node's", () => {
    let dumps = 0;
    const dump = () => {
      dumps += 1;
      return Promise.reject(new Error("aborted"));
    };
    discard({ statusCode: 429, body: { dump, destroy: () => expect.unreachable("dumping is enough") } });
    expect(dumps).toBe(1);
    const stream = Readable.from(["a"]);
    discard({ body: stream });
    expect(stream.destroyed).toBe(true);
  });

  it.each([undefined, null, 0, "text", {}, { body: null }, { body: "text" }, { body: { cancel: 1 } }, new Response()])(
    "takes %s without a word",
    (value) => {
      discard(value);
    },
  );

  it("takes what throws without a word", () => {
    const cancel = () => {
      throw new Error("closed");
    };
    discard({ body: { cancel } });
    discard({
      get body() {
        throw new Error("no body");
      },
    });
  });
});
