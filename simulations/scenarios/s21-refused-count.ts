import type { Scenario } from "../world/scenario.js";
import { MINUTE, SECOND, saturated } from "./usual.js";

/**
 * OpenAI's rule: trying again too soon spends what one waits for. Over twenty seeds 3.6 % were refused in the mean and 4.5 at most, at
 * 0.98 of the clairvoyant: a look that fails takes a place of the minute as an accept would, so each epoch loses two.
 */
export const s21: Scenario = {
  name: "s21-refused-count",
  story: "600 tries in any minute, refused ones included, and no header.",
  durationMs: 15 * MINUTE,
  warmUpMs: 200 * SECOND,
  server: { limit: { kind: "sliding", requestsPerSecond: 10, windowMs: MINUTE, countsRefused: true } },
  clients: [{ workload: saturated(10) }],
  bounds: [
    { metric: "goodput", atLeast: 0.91 },
    { metric: "refused", atMost: 0.038, because: "each look is paid twice, since a refused try counts too" },
  ],
};
