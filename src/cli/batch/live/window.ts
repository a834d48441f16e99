/** How many requests are held, and the wait for a place among them. */
export class Window {
  readonly #heldMax: () => number;
  readonly #bytesMax: number;
  #held = 0;
  #bytes = 0;
  #isOpen = false;
  #wake: () => void = () => undefined;

  /** @param heldMax asked again whenever one has ended. @param bytesMax of their lines together; one may be longer. */
  constructor(heldMax: () => number, bytesMax: number) {
    this.#heldMax = heldMax;
    this.#bytesMax = bytesMax;
  }

  /** Resolves when there is room for one more; at once where nothing is held, however large it is. */
  async enter(bytes: number): Promise<void> {
    while (!this.#isOpen && this.#held > 0 && !this.#hasRoomFor(bytes)) await this.#change();
  }

  /** Holds a place until a promise has settled. */
  track(bytes: number, promise: Promise<void>): void {
    this.#held += 1;
    this.#bytes += bytes;
    const leave = (): void => {
      this.#held -= 1;
      this.#bytes -= bytes;
      this.#wake();
    };
    promise.then(leave, leave);
  }

  /** Lets everybody in: the job is stopping. */
  open(): void {
    this.#isOpen = true;
    this.#wake();
  }

  /** Resolves when nothing is held. */
  async empty(): Promise<void> {
    while (this.#held > 0) await this.#change();
  }

  #hasRoomFor(bytes: number): boolean {
    return this.#held < this.#heldMax() && this.#bytes + bytes <= this.#bytesMax;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
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
