/** What came of one input: a result, or nothing where its failure was to be skipped. */
export type Came<Out> = { readonly value: Out } | undefined;

interface Reader<Out> {
  readonly resolve: (result: IteratorResult<Out, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

/** Results between those who make them and those who read them, in the order of their inputs where that is asked for. */
export class Results<Out> {
  readonly #isOrdered: boolean;
  readonly #readers: Reader<Out>[] = [];
  /** Results that may be read now. */
  readonly #ready: Out[] = [];
  /** Those that have overtaken an earlier input, by its number. */
  readonly #early = new Map<number, Came<Out>>();
  #nextInOrder = 0;
  #failure: { readonly error: unknown } | undefined = undefined;

  constructor(isOrdered: boolean) {
    this.#isOrdered = isOrdered;
  }

  get held(): number {
    return this.#ready.length + this.#early.size;
  }

  get isAwaited(): boolean {
    return this.#readers.length > 0;
  }

  /** The next result, once {@link serve} has one. */
  next(): Promise<IteratorResult<Out, undefined>> {
    return new Promise((resolve, reject) => {
      this.#readers.push({ resolve, reject });
    });
  }

  put(number: number, came: Came<Out>): void {
    if (!this.#isOrdered) {
      if (came !== undefined) this.#ready.push(came.value);
      return;
    }
    this.#early.set(number, came);
    while (this.#early.has(this.#nextInOrder)) {
      const next = this.#early.get(this.#nextInOrder);
      this.#early.delete(this.#nextInOrder);
      this.#nextInOrder += 1;
      if (next !== undefined) this.#ready.push(next.value);
    }
  }

  /** Whoever reads meets the first such error, once, after the results that are ready. */
  failWith(error: unknown): void {
    this.#failure ??= { error };
  }

  /** Nobody wants those that wait for their turn any more. */
  clearEarly(): void {
    this.#early.clear();
  }

  /** Nor those that are ready. */
  clear(): void {
    this.#ready.length = 0;
  }

  /** Hands ready results to those who wait for one, and where it is over tells them so. Returns whether all is told. */
  serve(isOver: boolean): boolean {
    while (this.#readers.length > 0 && this.#ready.length > 0) {
      this.#readers.shift()?.resolve({ value: this.#ready.shift() as Out, done: false });
    }
    if (!isOver || this.#ready.length > 0) return false;
    for (const { resolve, reject } of this.#readers.splice(0)) {
      const failure = this.#failure;
      this.#failure = undefined;
      if (failure === undefined) resolve({ value: undefined, done: true });
      else reject(failure.error);
    }
    return true;
  }
}
