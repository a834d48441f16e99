/** Bytes of lines that are held at once; one line may be longer. */
const HELD_BYTES_MAX = 64 * 1024 * 1024;

/** How many requests are held, and the wait for a place among them. */
export class Window {
  readonly #held = new Set<Promise<void>>();
  #bytes = 0;
  #isOpen = false;
  readonly #heldMax: number;
  #wake: () => void = () => undefined;

  constructor(heldMax: number) {
    this.#heldMax = heldMax;
  }

  /** Resolves when there is room for one more; at once where nothing is held, however large it is. */
  async enter(bytes: number): Promise<void> {
    while (
      !this.#isOpen &&
      this.#held.size > 0 &&
      (this.#held.size >= this.#heldMax || this.#bytes + bytes > HELD_BYTES_MAX)
    ) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  track(bytes: number, promise: Promise<void>): void {
    this.#bytes += bytes;
    const held = promise.finally(() => {
      this.#bytes -= bytes;
      this.#held.delete(held);
      this.#wake();
    });
    this.#held.add(held);
  }

  /** Lets everybody in: the job is stopping. */
  open(): void {
    this.#isOpen = true;
    this.#wake();
  }

  async empty(): Promise<void> {
    await Promise.all(this.#held);
  }
}

/** Lets everybody through in the order in which they asked, however late the first is ready. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Resolves when `ready` has, and all turns before this one. */
  async next(ready?: Promise<unknown>): Promise<void> {
    const before = this.#last;
    const turn = (async (): Promise<void> => {
      await before;
      await ready;
    })();
    this.#last = turn;
    await turn;
  }
}
