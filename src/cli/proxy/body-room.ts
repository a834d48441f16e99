/** A place in the room. */
export interface BodyPlace {
  /** Gives back what is taken, all but `keptBytes` of it, or leaves the line. */
  release(keptBytes?: number): void;
}

interface Waiting {
  readonly bytes: number;
  readonly onGranted: () => void;
}

/**
 * The memory that the bodies of all requests share while they wait. Each takes its place before a byte of it is read, first
 * come first served: who finds none is left unread, and so is its client's send buffer.
 */
export class BodyRoom {
  readonly bytesMax: number;
  #taken = 0;
  readonly #line = new Set<Waiting>();

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  get takenBytes(): number {
    return this.#taken;
  }

  get waiting(): number {
    return this.#line.size;
  }

  /** Takes so many bytes, and calls back once they are free: before this returns, if they are free now. */
  take(bytes: number, onGranted: () => void): BodyPlace {
    const wanted = Math.min(bytes, this.bytesMax);
    const waiting = { bytes: wanted, onGranted };
    let taken = wanted;
    const release = (keptBytes = 0): void => {
      if (this.#line.delete(waiting)) {
        taken = 0;
        return this.#admit();
      }
      const freed = Math.max(0, taken - keptBytes);
      taken -= freed;
      this.#taken -= freed;
      if (freed > 0) this.#admit();
    };
    this.#line.add(waiting);
    this.#admit();
    return { release };
  }

  #admit(): void {
    for (const waiting of this.#line) {
      if (this.#taken + waiting.bytes > this.bytesMax) return;
      this.#line.delete(waiting);
      this.#taken += waiting.bytes;
      waiting.onGranted();
    }
  }
}
