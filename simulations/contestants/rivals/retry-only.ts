import { lawRival } from "./law-client.js";

/** Everything at once, and each refused request again by itself: the loop around most SDKs, with no end to its retries. */
export const RETRY_ONLY = lawRival({
  name: "retry-only",
  makeLaw: () => ({ waitMs: () => 0, onSend: () => undefined, onAnswer: () => {} }),
});
