import type { Alarm } from "./alarm.js";
import type { Replacement, Reply, Store } from "./store.js";

/** No answer for so long is none, in milliseconds. */
const TIMEOUT_MS = 250;

/** Asks a store to replace a value, and calls `done` exactly once, with a failure where it doesn't answer in time. */
export function ask(
  store: Pick<Store, "compareAndSet">,
  question: Replacement,
  timeout: Alarm,
  done: (reply: Reply) => void,
): void {
  let isAnswered = false;
  const once = (reply: Reply): void => {
    if (isAnswered) return;
    isAnswered = true;
    timeout.cancel();
    done(reply);
  };
  timeout.set(TIMEOUT_MS, () => once({ kind: "failed", error: new Error(`no answer in ${TIMEOUT_MS} ms`) }));
  store.compareAndSet(question, once);
}
