import { describe, expect, it } from "vitest";
import { createService, createVirtualClock, type ServiceOptions } from "../../../simulations/index.js";
import { readSignal } from "../../../src/index.js";

const CHAT = "Qwen/Qwen2.5-7B-Instruct-Turbo";
const EMBED = "BAAI/bge-base-en-v1.5";
const FLUX = "black-forest-labs/FLUX.1-schnell";

/** A service in which each model lets in ten a second, and an organisation six over chat and embeddings. */
function begin(options: ServiceOptions = {}) {
  const clock = createVirtualClock();
  const limit = { kind: "policer", requestsPerSecond: 10 } as const;
  const shared = { kind: "policer", requestsPerSecond: 6 } as const;
  const service = createService({ limit, shared, headers: "refusals", ...options }, clock);
  const answerTo = (path: string, body: object, organisation = "one") =>
    service.answer({ method: "POST", path: `/v1/${path}`, organisation, body });
  const requests = {
    chat: (organisation?: string) =>
      answerTo("chat/completions", { model: CHAT, messages: [{ role: "user", content: "Hello." }] }, organisation),
    embed: () => answerTo("embeddings", { model: EMBED, input: "Hello." }),
    draw: () => answerTo("images/generations", { model: FLUX, prompt: "A sluice gate." }),
  };
  return { clock, service, ...requests };
}

const statuses = (replies: { status: number }[]) => replies.map(({ status }) => status);

describe("a quota that an organisation has over chat and embeddings", () => {
  it("is one for both, whichever asks; images have none of it, nor has another organisation", () => {
    const { chat, embed, draw } = begin();
    const both = [chat(), embed(), chat(), embed(), chat(), embed(), chat(), embed()];
    expect(statuses(both)).toEqual([200, 200, 200, 200, 200, 200, 429, 429]);
    expect(draw().status).toBe(200);
    expect(chat("another").status).toBe(200);
  });

  it("refuses in words that the dialect reads as the organisation's, and as the model's where it doesn't say", () => {
    const readFirstRefusal = (isSharedUnsaid: boolean) => {
      const { chat } = begin({ isSharedUnsaid });
      const refused = Array.from({ length: 7 }, () => chat()).at(-1);
      const { status = 0, headers = {}, body } = refused ?? {};
      return readSignal({ status, headers, body }, { provider: "together" });
    };
    expect(readFirstRefusal(false)).toMatchObject({
      outcome: "throttled",
      refused: { dimension: "requests", scope: "organization" },
    });
    expect(readFirstRefusal(true).refused).toEqual({ dimension: "requests" });
  });

  it("costs nothing where the model's own limit refuses, nor the other way round", () => {
    const { clock, chat, embed } = begin({ limits: { [CHAT]: { kind: "policer", requestsPerSecond: 2 } } });
    expect(statuses(Array.from({ length: 9 }, () => chat()))).toEqual([200, 200, ...Array(7).fill(429)]);
    expect(statuses(Array.from({ length: 5 }, () => embed()))).toEqual([200, 200, 200, 200, 429]);
    clock.run(500);
    // Half a second refills one of chat's two, three of the six.
    expect(statuses([chat(), chat(), embed(), embed(), embed()])).toEqual([200, 429, 200, 200, 429]);
  });

  it("moves by a name of its own, for models that come later too", () => {
    const { clock, service, chat, embed } = begin();
    service.move({ requestsPerSecond: 100 });
    expect(chat().status).toBe(200);
    expect(service.state().lanes[0]?.limitPerSecond).toBe(6);
    service.move({ sharedPerSecond: 1 });
    clock.run(10_000);
    expect(statuses([embed(), embed(), chat()])).toEqual([200, 429, 429]);
    expect(() => service.move({ sharedPerSecond: -1 })).toThrow(/sharedPerSecond/);
  });
});
