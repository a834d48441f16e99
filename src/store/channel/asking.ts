import { systemClock } from "../../clock.js";
import { createStore, type StoreParts } from "../create-store.js";
import type { Reply, Store } from "../store.js";
import { question } from "./message.js";
import type { Wire } from "./wires.js";

/** Less than a member waits, in milliseconds: so it hears where nobody answered. */
const ANSWER_MAX_MS = 200;
const HINT = "it must call channelStore() too, and its event loop must be free";

/** A store that another process or thread holds. */
export function askingStore(wire: Wire): Store {
  const { name, from, where } = wire;
  const waiting = new Map<number, (reply: Reply) => void>();
  let asked = 0;
  wire.listen(({ id, reply }) => waiting.get(id)?.(reply));
  const compareAndSet: StoreParts["compareAndSet"] = (ask) =>
    new Promise((resolve, reject) => {
      asked += 1;
      const id = asked;
      const end = (reply: Reply): void => {
        cancel();
        waiting.delete(id);
        if (reply.kind === "failed") reject(reply.error);
        else resolve(reply);
      };
      const fail = (error: Error): void => end({ kind: "failed", error });
      const cancel = systemClock.after(ANSWER_MAX_MS, () => fail(new Error(`no answer from ${where}: ${HINT}`)));
      waiting.set(id, end);
      wire.post(question({ name, from, id, ask }), fail);
    });
  const close = (): void => {
    for (const end of [...waiting.values()]) end({ kind: "failed", error: new Error("the store is closed") });
  };
  return createStore({ compareAndSet, close });
}
