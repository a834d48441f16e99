import { Alarm } from "./alarm.js";
import type { MemberParts } from "./member.js";

/** Looks at the beginning of the value again and again, between a member's own tellings: in a large fleet those are rare. */
export class Lookout {
  readonly #parts: Pick<MemberParts, "store" | "key" | "random">;
  readonly #onHead: (head: string) => void;
  readonly #alarm: Alarm;
  /** What an earlier round asked for is of no interest any more. */
  #round = 0;

  constructor(parts: Pick<MemberParts, "store" | "key" | "random" | "clock">, onHead: (head: string) => void) {
    this.#parts = parts;
    this.#onHead = onHead;
    this.#alarm = new Alarm(parts.clock);
  }

  /** As often from now on, in milliseconds; null: not at all. */
  look(everyMs: number | null): void {
    const { store, key, random } = this.#parts;
    this.#round += 1;
    this.#alarm.cancel();
    if (everyMs === null || store.peek === undefined) return;
    const round = this.#round;
    this.#alarm.set(everyMs * (0.9 + 0.2 * random()), () => {
      store.peek?.(key, (head) => {
        if (round !== this.#round) return;
        if (head !== undefined) this.#onHead(head);
        if (round === this.#round) this.look(everyMs);
      });
    });
  }

  stop(): void {
    this.look(null);
  }
}
