import { UsageError } from "../../command.js";

/** What earlier runs left of an id: nothing, a failure, an order of which nothing has come yet, or an answer. */
export type Mark = "none" | "failed" | "ordered" | "answered";

const MARKS: readonly Mark[] = ["none", "failed", "ordered", "answered"];
/** A slot's words: two of a hash, and one of a line's number below two bits of the mark. */
const SLOT = 3;
const LINE_BITS = 30;
/** Lines of a file that can be told apart. */
export const LINES_MAX = 2 ** LINE_BITS - 1;

/** The table is many small ones, which grow one by one: no moment needs room for all of it twice. */
const SEGMENTS = 256;
const SLOTS_MIN = 16;
/** Just grown, a segment is 0.63 full: 19 bytes an id, before it 14. */
const LOAD_MAX = 0.88;
const GROWTH = 1.4;

/**
 * Which line has an id, and what earlier runs left of it, in at most 20 bytes an id, however long it is: a 64-bit hash, the line's
 * number and the mark. Among five million ids the odds that two different ones are taken for the same are one in a million.
 */
export class IdTable {
  readonly #segments = Array.from({ length: SEGMENTS }, () => new Segment());

  /** Ids known. */
  get size(): number {
    return this.#segments.reduce((sum, { size }) => sum + size, 0);
  }

  /** Memory of all of them. */
  get bytes(): number {
    return this.#segments.reduce((sum, { slots }) => sum + slots.byteLength, 0);
  }

  /** The line that had this id before, or 0 where none had: then it is `line`'s from now on. `line` is 1 or more. */
  claim(id: string, line: number): number {
    if (line > LINES_MAX) throw new UsageError(`line ${line}: more lines than ${LINES_MAX} can't be told apart`);
    const found = this.#find(id);
    const known = found.word & LINES_MAX;
    if (known === 0) this.#put(found, (found.word & ~LINES_MAX) | line);
    return known;
  }

  /** Takes down what became of an id: an answer outweighs an order, and that a failure. Says whether it is news. */
  remember(id: string, mark: Mark): boolean {
    const found = this.#find(id);
    const rank = MARKS.indexOf(mark);
    if (found.word >>> LINE_BITS >= rank) return false;
    this.#put(found, (rank << LINE_BITS) | (found.word & LINES_MAX));
    return true;
  }

  /** The line that has an id; 0 where none has. */
  lineOf(id: string): number {
    return this.#find(id).word & LINES_MAX;
  }

  markOf(id: string): Mark {
    return MARKS[this.#find(id).word >>> LINE_BITS] ?? "none";
  }

  #find(id: string): Found {
    const [high, low] = hash(id);
    const segment = this.#segments[high >>> 24] as Segment;
    return { segment, high, low, word: segment.wordOf(high, low) };
  }

  #put({ segment, high, low }: Found, word: number): void {
    segment.put(high, low, word >>> 0);
  }
}

interface Found {
  readonly segment: Segment;
  readonly high: number;
  readonly low: number;
  /** The line and the mark, 0 where the id is unknown. */
  readonly word: number;
}

/** Open addressing with linear probing; a slot whose last word is 0 is free. */
class Segment {
  slots = new Uint32Array(SLOT * SLOTS_MIN);
  size = 0;

  wordOf(high: number, low: number): number {
    return this.slots[find(this.slots, high, low) + 2] ?? 0;
  }

  put(high: number, low: number, word: number): void {
    let at = find(this.slots, high, low);
    if (this.slots[at + 2] === 0) {
      if ((this.size + 1) * SLOT > this.slots.length * LOAD_MAX) {
        this.#grow();
        at = find(this.slots, high, low);
      }
      this.size += 1;
    }
    write(this.slots, at, high, low, word);
  }

  #grow(): void {
    const old = this.slots;
    this.slots = new Uint32Array(SLOT * Math.ceil((old.length / SLOT) * GROWTH));
    for (let at = 0; at < old.length; at += SLOT) {
      const [high = 0, low = 0, word = 0] = [old[at], old[at + 1], old[at + 2]];
      if (word !== 0) write(this.slots, find(this.slots, high, low), high, low, word);
    }
  }
}

function write(slots: Uint32Array, at: number, high: number, low: number, word: number): void {
  slots[at] = high;
  slots[at + 1] = low;
  slots[at + 2] = word;
}

/** Where a hash is, or the free slot where it belongs. */
function find(slots: Uint32Array, high: number, low: number): number {
  const count = slots.length / SLOT;
  for (let slot = Math.floor((low / 2 ** 32) * count), tried = 0; tried < count; tried += 1) {
    const at = slot * SLOT;
    if (slots[at + 2] === 0 || (slots[at] === high && slots[at + 1] === low)) return at;
    slot = slot + 1 === count ? 0 : slot + 1;
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
