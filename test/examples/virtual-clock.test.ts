// The test of the guide to testing, as it stands there: `docs.test.ts` holds the two together, and it is run like any other.
// #region virtual clock
import { createSluice } from "sluice";
import { createService, createServiceFetch, createVirtualClock, seededRandom } from "sluice/simulations";
import { expect, it } from "vitest";

it("answers 600 questions in a minute and a bit, and is hardly refused", async () => {
  const clock = createVirtualClock();
  const limit = { kind: "policer", requestsPerSecond: 10 } as const;
  const service = createService({ provider: "openai", limit, seed: 1 }, clock);
  const sluice = createSluice({
    clock,
    random: seededRandom(1),
    fetch: createServiceFetch(service, clock),
    key: () => "the model", // else the key is hashed by WebCrypto, which a virtual clock can't wait for
  });

  const answers = yourApplication(sluice.fetch, 600);
  await clock.runAsync();

  expect(await answers).toHaveLength(600);
  expect(clock.now()).toBeLessThan(75_000);
  expect(sluice.budgets()[0]?.throttled).toBeLessThan(6);
  await sluice.close();
});
// #endregion

/** One that asks everything at once. */
function yourApplication(ask: typeof fetch, questions: number): Promise<readonly number[]> {
  const body = JSON.stringify({ model: "gpt-4.1-mini", messages: [{ role: "user", content: "?" }] });
  const url = "https://api.openai.com/v1/chat/completions";
  const asked = Array.from({ length: questions }, async () => {
    const response = await ask(url, { method: "POST", body });
    await response.text();
    return response.status;
  });
  return Promise.all(asked);
}
