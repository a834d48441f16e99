import { systemClock } from "../../clock.js";
import { Member, type MemberParts } from "../member.js";
import type { Replacement, Reply, Store } from "../store.js";
import { question } from "./message.js";
import type { Wire } from "./wires.js";

/** A little less than a member waits, in milliseconds: so it hears where nobody answered. */
const ANSWER_MAX_MS = 240;

/** A store that another process or thread holds. */
export class AskingStore implements Store {
  readonly #wire: Wire;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #asked = 0;
  #users = 0;

  constructor(wire: Wire) {
    this.#wire = wire;
    wire.listen(({ id, reply }) => this.#waiting.get(id)?.(reply));
  }

  open(): void {
    this.#users += 1;
  }

  join(parts: Omit<MemberParts, "store">): Member {
    return new Member({ ...parts, store: this });
  }

  compareAndSet(ask: Replacement, done: (reply: Reply) => void): void {
    const { name, from, where } = this.#wire;
    this.#asked += 1;
    const id = this.#asked;
    const end = (reply: Reply): void => {
      if (!this.#waiting.delete(id)) return;
      cancel();
      done(reply);
    };
    const fail = (error: Error): void => end({ kind: "failed", error });
    const cancel = systemClock.after(ANSWER_MAX_MS, () => fail(new Error(`no answer from ${where}: ${HINT}`)));
    this.#waiting.set(id, end);
    this.#wire.post(question({ name, from, id, ask }), fail);
  }

  close(): void {
    this.#users -= 1;
    if (this.#users > 0) return;
    for (const end of [...this.#waiting.values()]) end({ kind: "failed", error: new Error("the store is closed") });
  }
}

const HINT = "it must call channelStore() too, and its event loop must be free";
