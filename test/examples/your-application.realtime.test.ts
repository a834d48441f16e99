// The test in the README, as it stands there: `readme.test.ts` holds the two together, and it is run like any other.
import OpenAI from "openai";
import { createSluice } from "sluice";
// #region test your own application
import { startServer } from "sluice/simulations";
import { expect, it } from "vitest";

it("answers everybody, though the limit falls and the API is away for a while", async () => {
  const limit = { kind: "policer", requestsPerSecond: 20 } as const;
  const server = await startServer({ provider: "openai", limit, latency: { firstByteMs: 20 }, seed: 1 });
  const answers = yourApplication(`${server.url}/v1`);
  server.setLimit(10); // the limit falls
  server.schedule([{ atMs: 500, outageMs: 1_000 }]); // and half a second later, for a second, every request gets 503
  expect(await answers).toHaveLength(30);
  expect(server.state().lanes).toMatchObject([{ accepted: 30, limitPerSecond: 10, inFlight: 0 }]);
  await server.close();
});
// #endregion

/** One that has a sluice. */
async function yourApplication(baseURL: string): Promise<readonly unknown[]> {
  const sluice = createSluice({ control: { rateInitial: 10 } });
  const openai = new OpenAI({ baseURL, apiKey: "sk-any", ...sluice.sdkOptions() });
  const asked = Array.from({ length: 30 }, (_, index) =>
    openai.chat.completions.create({ model: "gpt-4.1-mini", messages: [{ role: "user", content: `${index}` }] }),
  );
  const answers = await Promise.all(asked);
  await sluice.close();
  return answers;
}
