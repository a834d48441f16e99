const SLOT = 3;
const LOAD_MAX = 0.75;

/**
 * Which line had an id first, in 16 to 32 bytes an id however long it is: a 64-bit hash and the line's number. Among
 * five million ids the odds that two different ones are taken for the same are one in a million.
 */
export class IdTable {
  #slots = new Uint32Array(SLOT * 1024);
  #size = 0;

  /** Ids known. */
  get size(): number {
    return this.#size;
  }

  /** The line that had this id before, or 0 where nobody had: then it is `line`'s from now on. `line` is 1 or more. */
  claim(id: string, line: number): number {
    if ((this.#size + 1) * SLOT > this.#slots.length * LOAD_MAX) this.#grow();
    const [high, low] = hash(id);
    const at = find(this.#slots, high, low);
    const known = this.#slots[at + 2] ?? 0;
    if (known !== 0) return known;
    this.#slots.set([high, low, line], at);
    this.#size += 1;
    return 0;
  }

  has(id: string): boolean {
    const [high, low] = hash(id);
    return this.#slots[find(this.#slots, high, low) + 2] !== 0;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(old.length * 2);
    for (let at = 0; at < old.length; at += SLOT) {
      if (old[at + 2] === 0) continue;
      this.#slots.set(old.subarray(at, at + SLOT), find(this.#slots, old[at] ?? 0, old[at + 1] ?? 0));
    }
  }
}

/** Where a hash is, or the free slot where it belongs. */
function find(slots: Uint32Array, high: number, low: number): number {
  const count = slots.length / SLOT;
  for (let slot = low & (count - 1), tried = 0; tried < count; slot = (slot + 1) & (count - 1), tried += 1) {
    const at = slot * SLOT;
    if (slots[at + 2] === 0 || (slots[at] === high && slots[at + 1] === low)) return at;
  }
  throw new Error("BUG: an id table without a free slot");
}

/** Two 32-bit lanes, each over all UTF-16 units, with MurmurHash3's finalizer (Appleby, public domain) across both. */
function hash(id: string): readonly [number, number] {
  let high = 0x9e3779b9 ^ id.length;
  let low = 0x85ebca6b;
  for (let index = 0; index < id.length; index += 1) {
    const unit = id.charCodeAt(index);
    high = Math.imul(high ^ unit, 0xcc9e2d51);
    high = (high << 13) | (high >>> 19);
    low = Math.imul(low ^ unit, 0x1b873593);
    low = (low << 17) | (low >>> 15);
  }
  return [finish(high ^ Math.imul(low, 5)), finish(low ^ Math.imul(high, 9))];
}

function finish(lane: number): number {
  let mixed = Math.imul(lane ^ (lane >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
