import { describe, expect, it } from "vitest";
import { createVirtualClock, seededRandom } from "../../simulations/index.js";
import { createSluice, type SluiceEvent } from "../../src/index.js";
import { askThrough, DOORS, type Door } from "./doors.js";

const API = "https://api.together.xyz/v1/chat/completions";
const NEAR = "meta-llama/Llama-3.3-70B-Instruct-Turbo";
const LISTED = [
  "Qwen/Qwen2.5-7B-Instruct-Turbo",
  NEAR,
  "meta-llama/Llama-3.3-70B-Instruct",
  "black-forest-labs/FLUX.1",
];
const TYPO = "meta-llama/llama-3.3-70b-instruct-turbo";

/** A server that knows no model that it is asked for, and lists those of `list`; with what it was asked. */
function begin(door: Door, list: unknown, status = 200) {
  const clock = createVirtualClock();
  const asked: { url: string; method: string; authorization: string | null }[] = [];
  const below: typeof globalThis.fetch = async (input, init) => {
    const { url, method, headers } = new Request(input, init);
    asked.push({ url, method, authorization: headers.get("authorization") });
    if (method === "GET") return Response.json(list, { status });
    return Response.json({ error: { message: "no such model", code: "model_not_found" } }, { status: 404 });
  };
  const sluice = createSluice({ clock, random: seededRandom(1), fetch: below });
  const send = askThrough(door, sluice, below);
  const ask = async (model = TYPO, api = API) => {
    const headers = { authorization: "Bearer secret-of-somebody" };
    const response = send(api, { method: "POST", headers, body: JSON.stringify({ model, messages: [] }) });
    await clock.runAsync(clock.now() + 20_000);
    return (await response).status;
  };
  return { sluice, asked, ask, gets: () => asked.filter(({ method }) => method === "GET") };
}

function listen(sluice: ReturnType<typeof begin>["sluice"]): SluiceEvent[] {
  const told: SluiceEvent[] = [];
  sluice.event$.subscribe((event) => event.type === "advice" && told.push(event));
  return told;
}

describe.each(DOORS)("through %s", (door) => {
  it("asks once which models there are where one is unknown, with its credentials, and tells the nearest", async () => {
    for (const list of [{ data: LISTED.map((id) => ({ id })) }, LISTED.map((id) => ({ id })), LISTED]) {
      const { sluice, ask, gets } = begin(door, list);
      const told = listen(sluice);
      expect([await ask(), await ask()]).toEqual([404, 404]);
      expect(gets()).toEqual([
        { url: "https://api.together.xyz/v1/models", method: "GET", authorization: "Bearer secret-of-somebody" },
      ]);
      const message = `api.together.xyz knows no model ${TYPO}; of the 4 that it lists the nearest are ${NEAR}, ${LISTED[2]}`;
      expect(told).toMatchObject([{ code: "model-unknown", key: expect.stringContaining(TYPO), message }]);
      expect(JSON.stringify(told)).not.toContain("secret");
      expect(await ask("flux")).toBe(404);
      expect(told[1]).toMatchObject({ message: expect.stringMatching(/none of them is like it$/) });
      await sluice.close();
    }
  });

  it("asks nothing while nobody listens, and tells nothing where the list is of no help", async () => {
    const silent = begin(door, LISTED);
    await silent.ask();
    expect(silent.gets()).toEqual([]);
    for (const [list, status] of [
      [{ data: [{ id: TYPO }] }, 200],
      [{ error: "no" }, 401],
      ["x"],
      [{ data: [1, {}] }, 200],
    ] as const) {
      const { sluice, ask, gets } = begin(door, list, status);
      const told = listen(sluice);
      expect(await ask()).toBe(404);
      expect(gets()).toHaveLength(1);
      if (status !== undefined) expect(told).toEqual([]);
      await sluice.close();
    }
  });

  it("finds the list beside the endpoint, whatever stands before its version", async () => {
    const { sluice, ask, gets } = begin(door, LISTED);
    listen(sluice);
    await ask(TYPO, "https://gateway.example/openai/v1/chat/completions");
    await ask(TYPO, "https://other.example/chat");
    expect(gets().map(({ url }) => url)).toEqual([
      "https://gateway.example/openai/v1/models",
      "https://other.example/v1/models",
    ]);
  });
});
