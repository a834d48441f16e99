/** A place in the room, or in the line for it. */
class Place {
  bytes: number;
  readonly onGranted: () => void;
  readonly #room: BodyRoom;

  constructor(room: BodyRoom, bytes: number, onGranted: () => void) {
    this.#room = room;
    this.bytes = bytes;
    this.onGranted = onGranted;
  }

  /** Takes more, up to so many bytes in all, if they are free now and nobody waits for them. */
  grow(bytes: number): boolean {
    if (!this.#room.has(bytes - this.bytes)) return false;
    this.#room.free(this, this.bytes - bytes);
    this.bytes = bytes;
    return true;
  }

  /** Gives back what is taken, all but `keptBytes` of it, or leaves the line. */
  release(keptBytes = 0): void {
    const freed = this.bytes - keptBytes;
    if (freed <= 0) return;
    this.bytes = keptBytes;
    this.#room.free(this, freed);
  }
}

export type BodyPlace = Pick<Place, "release" | "grow">;

/**
 * The memory that the bodies of all requests share while they wait. Each takes its place before a byte of it is read, first
 * come first served: who finds none is left unread, and so is its client's send buffer.
 */
export class BodyRoom {
  readonly bytesMax: number;
  #taken = 0;
  readonly #line = new Set<Place>();

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
    const place = new Place(this, Math.min(bytes, this.bytesMax), onGranted);
    this.#line.add(place);
    this.#admit();
    return place;
  }

  /** Whether so many bytes are free, and nobody's. */
  has(bytes: number): boolean {
    return this.#line.size === 0 && this.#taken + bytes <= this.bytesMax;
  }

  /** Of a place: so many bytes are free again, or it waits for them no more. */
  free(place: Place, bytes: number): void {
    if (!this.#line.delete(place)) this.#taken -= bytes;
    this.#admit();
  }

  #admit(): void {
    if (this.#line.size === 0) return;
    for (const place of this.#line) {
      if (this.#taken + place.bytes > this.bytesMax) return;
      this.#line.delete(place);
      this.#taken += place.bytes;
      place.onGranted();
    }
  }
}
