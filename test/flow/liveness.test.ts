import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answer, later, outcomeOf, virtualSluice } from "./server.js";

const KEYS = ["model-a", "model-b", "other"] as const;
const key = fc.constantFrom(...KEYS);
const act = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("send" as const),
      key,
      status: fc.constantFrom(200, 200, 200, 429, 500, 503, 400),
      latencyMs: fc.nat({ max: 3_000 }),
      deadlineMs: fc.option(fc.nat({ max: 20_000 }), { nil: undefined }),
      isAborted: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("pause" as const), key: fc.option(key, { nil: undefined }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("resume" as const), key: fc.option(key, { nil: undefined }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("cap" as const), key, rate: fc.constantFrom(0.5, 5, undefined) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.nat({ max: 5_000 }) }) },
);

describe("whoever waits", () => {
  it("is woken, though keys share budgets and slots, and are paused, capped, refused and aborted in any order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(act, { maxLength: 40 }),
        fc.integer({ min: 1, max: 3 }),
        async (acts, concurrencyMax) => {
          const { clock, sluice } = virtualSluice({
            control: { rateInitial: 5 },
            concurrencyMax: 2,
            budgets: [{ match: "model", key: "account", concurrencyMax, rateMax: 20 }],
          });
          const ends: Promise<unknown>[] = [];
          for (const each of acts) {
            if (each.do === "send") {
              const controller = new AbortController();
              if (each.isAborted) clock.after(700, () => controller.abort());
              const { deadlineMs, status, latencyMs } = each;
              const send = sluice.schedule(({ number }) => later(clock, latencyMs, answer(number > 2 ? 200 : status)), {
                key: each.key,
                signal: controller.signal,
                ...(deadlineMs === undefined ? {} : { deadlineMs }),
              });
              ends.push(outcomeOf(clock, send));
            } else if (each.do === "pause") sluice.pause(each.key);
            else if (each.do === "resume") sluice.resume(each.key);
            else if (each.do === "cap") sluice.cap(each.key, each.rate);
            else await clock.runAsync(clock.now() + each.ms);
            const isStuck = sluice.budgets().some((row) => row.queued > 0 && row.phase !== "pause");
            // What waits has a timer to look again, or an answer to wait for, which is one too here.
            if (isStuck) expect(clock.pending).toBeGreaterThan(0);
          }
          sluice.resume();
          for (const each of KEYS) sluice.cap(each, undefined);
          await clock.runAsync(clock.now() + 1_800_000);
          for (const row of sluice.budgets()) expect(row).toMatchObject({ queued: 0, inFlight: 0 });
          await Promise.all(ends);
          await sluice.close();
          expect(clock.pending).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });
});
