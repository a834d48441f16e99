import { describe, expect, it } from "vitest";
import {
  createService,
  createServiceFetch,
  createVirtualClock,
  type ServiceOptions,
} from "../../../simulations/index.js";

const CHAT = "Qwen/Qwen2.5-7B-Instruct-Turbo";
const body = JSON.stringify({ model: CHAT, messages: [{ role: "user", content: "Hello." }] });
const open = { kind: "policer" } as const;
const limited = (requestsPerSecond: number) => ({ kind: "policer", requestsPerSecond }) as const;

function begin(options: ServiceOptions) {
  const clock = createVirtualClock();
  const service = createService({ limit: open, ...options }, clock);
  const send = createServiceFetch(service, clock);
  /** The statuses of so many requests at once with this key. */
  const ask = async (key: string | undefined, many = 1, headers: Record<string, string> = {}) => {
    const credential = key === undefined ? {} : { authorization: `Bearer ${key}` };
    const init = { method: "POST", body, headers: { ...credential, ...headers } };
    const answers = Array.from({ length: many }, () => send("http://simulated/v1/chat/completions", init));
    const all = Promise.all(answers);
    await clock.runAsync(clock.now() + 5_000);
    return (await all).map(({ status }) => status);
  };
  return { clock, service, ask };
}

const TWO = [
  { name: "small", keys: ["sk-small", "sk-other"], limit: limited(2) },
  { name: "large", keys: ["sk-large"], limits: { [CHAT]: limited(4) } },
];

describe("organisations", () => {
  it("have limits of their own by their keys, and every other key an account by itself", async () => {
    const { service, ask } = begin({ limit: limited(1), organisations: TWO });
    expect(await ask("sk-small", 3)).toEqual([200, 200, 429]);
    expect(await ask("sk-large", 5)).toEqual([200, 200, 200, 200, 429]);
    expect(await ask("sk-stranger", 2)).toEqual([200, 429]);
    expect(await ask(undefined, 2)).toEqual([200, 429]);
    const names = service.state().lanes.map(({ organisation }) => organisation);
    expect(names).toEqual(["small", "large", expect.stringMatching(/^[0-9a-f]{12}$/), "anonymous"]);
  });

  it("are found by each of their keys, however it is sent", async () => {
    const { service, ask } = begin({ organisations: TWO });
    await ask("sk-small");
    await ask("sk-other");
    await ask(undefined, 1, { "x-api-key": "sk-small" });
    expect(service.state().lanes).toMatchObject([{ organisation: "small", accepted: 3 }]);
  });

  it("are moved one by one, or all together", async () => {
    const { clock, service, ask } = begin({ limit: limited(3), organisations: TWO });
    service.move({ organisation: "small", requestsPerSecond: 1 });
    expect(await ask("sk-small", 2)).toEqual([200, 429]);
    expect(await ask("sk-large", 4)).toEqual([200, 200, 200, 200]);
    service.move({ requestsPerSecond: 2 });
    await clock.runAsync(clock.now() + 1_000);
    for (const key of ["sk-small", "sk-large", "sk-stranger"]) expect(await ask(key, 3)).toEqual([200, 200, 429]);
  });

  it("share what the platform carries, whatever their own limits are", async () => {
    const limit = { ...limited(100), capacityPerSecond: 2, smoothingMs: 1_000 };
    const { clock, service, ask } = begin({ limit, organisations: TWO });
    const both = await Promise.all([ask("sk-large", 2), ask("sk-stranger", 2)]);
    expect(both.flat().sort()).toEqual([200, 200, 503, 503]);
    service.move({ capacityPerSecond: 0 });
    expect([await ask("sk-large"), await ask("sk-small"), await ask("sk-stranger")]).toEqual([[503], [503], [503]]);
    expect(clock.now()).toBeGreaterThan(0);
  });

  it("have a shared quota of their own where one is said", async () => {
    const embed = JSON.stringify({ model: "BAAI/bge-base-en-v1.5", input: "x" });
    const clock = createVirtualClock();
    const organisations = [{ name: "a", keys: ["a"], shared: limited(1) }];
    const service = createService({ limit: open, shared: limited(3), organisations }, clock);
    const send = createServiceFetch(service, clock);
    const statuses = async (key: string) => {
      const headers = { authorization: `Bearer ${key}` };
      const all = [
        send("http://simulated/v1/chat/completions", { method: "POST", body, headers }),
        send("http://simulated/v1/embeddings", { method: "POST", body: embed, headers }),
      ];
      await clock.runAsync(clock.now() + 5_000);
      return (await Promise.all(all)).map(({ status }) => status);
    };
    expect(await statuses("a")).toEqual([200, 429]);
    expect(await statuses("b")).toEqual([200, 200]);
  });

  it("turn strangers away where a key is required, in the provider's words", async () => {
    const { ask, service } = begin({ provider: "anthropic", organisations: TWO, isKeyRequired: true });
    expect([await ask("sk-small"), await ask("sk-stranger"), await ask(undefined)]).toEqual([[200], [401], [401]]);
    expect(service.state().lanes).toHaveLength(1);
  });

  it("never tell a key", () => {
    const { service } = begin({ organisations: TWO });
    expect(JSON.stringify(service.state())).not.toContain("sk-");
    expect(service.state().settings).toMatchObject({
      organisations: [{ name: "small", keys: [expect.stringMatching(/^[0-9a-f]{12}$/), expect.any(String)] }, {}],
    });
  });

  it.each([
    [{ organisations: [TWO[0], TWO[0]] }, /two called 'small'/],
    [{ organisations: [TWO[0], { name: "b", keys: ["sk-small"] }] }, /'small' and 'b' have the same key$/],
    [{ organisations: [{ name: "b", keys: [] }] }, /organisations\.0\.keys/],
    [
      { organisations: [{ name: "b", keys: ["k"], limit: { kind: "policer", capacityPerSecond: 1 } }] },
      /organisations\.0\.limit\.capacityPerSecond is the same for everybody/,
    ],
    [
      { organisations: [{ name: "b", keys: ["k"], limits: { [`${CHAT}x`]: open } }] },
      /'b': limits: unknown .* did you mean/,
    ],
    [{ organisation: [] }, /organisation unknown field; did you mean 'organisations'\?/],
    [{ limits: { chats: open } }, /limits: unknown 'chats'; did you mean 'chat'\?/],
    [{ faults: [{ kind: "status-500", model: "m" }] }, /faults: model: unknown 'm'; there are /],
    [{ schedule: [{ atMs: 0, organisation: "x", requestsPerSecond: 1 }] }, /unknown 'x'; there is none/],
    [{ latency: { firstByteMS: 1 } }, /latency\.firstByteMS unknown field; did you mean 'firstByteMs'\?/],
  ])("can't be %j", (options, message) => {
    expect(() => begin(options as ServiceOptions)).toThrow(message);
  });

  it("are not moved in what concerns everybody, nor by a name that isn't known", () => {
    const { service } = begin({ organisations: TWO });
    expect(() => service.move({ organisation: "small", outageMs: 1 })).toThrow("move 1.outageMs: concerns everybody");
    expect(() => service.move({ organisation: "smal", requestsPerSecond: 1 })).toThrow(
      "move.organisation: unknown 'smal'; did you mean 'small'?",
    );
    expect(() => service.move({ model: "none", requestsPerSecond: 1 })).toThrow(
      "move.model: unknown 'none'; there are ",
    );
  });
});

describe("limits by type of model", () => {
  it("hold all chat models, each by itself, and no other", async () => {
    const { clock, ask } = begin({ limits: { chat: limited(1) } });
    expect(await ask("k", 2)).toEqual([200, 429]);
    expect(clock.now()).toBe(5_000);
  });
});
