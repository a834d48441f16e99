import assert from "node:assert/strict";
import { whileSteady } from "../steady.mjs";
import { inWorld } from "../world.mjs";

const CALLS = 200;
const REFUSED_SHARE_MAX = 0.01;
const ANSWER_MS = 20;

/** Some 20 requests a second, in the words of APIs whose headers count minutes, or days, or nothing. */
export const TWENTY = {
  /** One second in store, and every header says so. */
  told: { server: { limit: { kind: "policer", requestsPerSecond: 20 } } },
  /** Headers speak of a minute's bucket, which is five seconds deep. */
  byTheMinute: { server: { limit: { kind: "policer", requestsPerSecond: 20, depthMs: 5_000, windowMs: 60_000 } } },
  /** The same of a day's. */
  byTheDay: { server: { limit: { kind: "policer", requestsPerSecond: 20, depthMs: 5_000, windowMs: 86_400_000 } } },
  /** A window of ten seconds, whose end nobody tells: there must be a second one. */
  inWindows: { server: { limit: { kind: "window", requestsPerSecond: 20, windowMs: 10_000 } }, calls: 300 },
  /** Nothing but refusals: a cold start costs up to four, and each epoch after it one; they must be spread over more calls. */
  untold: { server: { limit: { kind: "policer", requestsPerSecond: 20 }, headers: "none" }, calls: 600 },
};

export const keepsPace = {
  async "200 calls at once into 20 a second: all answered, at most 1 % refused"({ pace = TWENTY.told, ...door }) {
    const { server, calls = CALLS } = pace;
    const refusedMax = calls * REFUSED_SHARE_MAX;
    const { answered, refused, failure, again, trouble } = await whileSteady(ANSWER_MS, (latency) =>
      inWorld({ provider: door.provider, server: { latency, ...server } }, async (world) => {
        const client = door.client(world.sluice);
        const asks = Array.from({ length: calls }, (_, at) =>
          door.ask(client, { prompt: `Number ${at}.`, tokensMax: 4 }),
        );
        const ends = await Promise.allSettled(asks);
        const answered = ends.filter(({ value }) => value !== undefined && value.text !== "").length;
        const failure = ends.find(({ status }) => status === "rejected")?.reason;
        const refused = world.refused();
        const isGood = answered === calls && refused <= refusedMax;
        return { answered, refused, failure, isGood, latenciesMs: world.latenciesMs() };
      }),
    );
    assert.equal(answered, calls, `${answered} of ${calls} were answered${trouble}: ${failure}`);
    assert.ok(refused <= refusedMax, `${refused} of ${calls} were refused${trouble}`);
    return { calls, refused, ...again };
  },
};
