import { Heap, type HeapOrder } from "./heap.js";
import type { Line } from "./line.js";
import { Rank } from "./rank.js";
import type { Waiter } from "./waiter.js";

const BY_PRIORITY: HeapOrder<Rank> = {
  isBefore: (a, b) => a.priority > b.priority,
  setPlace: (rank, place) => {
    rank.place = place;
  },
};

/**
 * A rank that has waited through this many turns of others goes next: one turn in ten. Enough to keep a batch moving under
 * a flood of urgent requests, and no more than a tenth of the rate taken from those.
 */
const PASSED_OVER_MAX = 9;

/**
 * Which priority has the next turn: the highest that waits, but after nine turns in a row past the rank that has waited
 * longest for one, that rank.
 *
 * Waiting is counted in turns of a rank, not in the age of a request. By age, a batch that has queued for an hour would
 * outrank every urgent request that comes; and what a second is worth depends on the rate, which moves. An urgent request
 * beside a saturated batch thus waits for the turn in progress and, rarely, one more: two turns at most.
 */
export class Ranks {
  readonly #ranks = new Map<number, Rank>();
  readonly #byPriority = new Heap(BY_PRIORITY);
  /** By their last turn: the ends of a list. */
  #oldest: Rank | undefined = undefined;
  #newest: Rank | undefined = undefined;
  #passedOver = 0;

  /** The rank whose turn it is. */
  get next(): Rank | undefined {
    return this.#passedOver < PASSED_OVER_MAX ? this.#byPriority.first : this.#oldest;
  }

  /** The rank of a priority, made if need be: something has to be put in at once. */
  of(priority: number): Rank {
    const newest = this.#newest;
    if (newest !== undefined && newest.priority === priority) return newest;
    return this.#ranks.get(priority) ?? this.#make(priority);
  }

  /** Takes the waiter whose turn it is. */
  take(): Waiter | undefined {
    const rank = this.next;
    const waiter = rank?.take();
    if (rank === undefined || waiter === undefined) return undefined;
    const wasOldest = rank === this.#oldest;
    if (rank.isEmpty) this.#onEmpty(rank);
    else this.#toNewest(rank);
    // Who is the oldest now was passed over by this turn too.
    if (!wasOldest) this.#passedOver += 1;
    else this.#passedOver = rank === this.#oldest ? 0 : 1;
    return waiter;
  }

  remove(waiter: Waiter): void {
    const rank = this.#ranks.get(waiter.priority);
    if (rank?.remove(waiter) && rank.isEmpty) this.#onEmpty(rank);
  }

  /** The lines in which somebody waits, of all ranks. */
  *lines(): Generator<Line> {
    for (const rank of this.#ranks.values()) yield* rank.lines;
  }

  *waiters(): Generator<Waiter> {
    for (const rank of this.#ranks.values()) yield* rank.waiters();
  }

  #make(priority: number): Rank {
    if (this.#newest?.isEmpty) this.#drop(this.#newest);
    const rank = new Rank(priority);
    this.#ranks.set(priority, rank);
    this.#byPriority.add(rank);
    this.#link(rank);
    return rank;
  }

  #onEmpty(rank: Rank): void {
    // The last one stays, empty, as long as no other comes: a queue that empties at every turn makes no garbage.
    if (this.#ranks.size > 1) this.#drop(rank);
    else {
      this.#passedOver = 0;
      rank.reset();
    }
  }

  #drop(rank: Rank): void {
    // The count was of turns past this rank.
    if (rank === this.#oldest) this.#passedOver = 0;
    this.#ranks.delete(rank.priority);
    this.#byPriority.removeAt(rank.place);
    this.#unlink(rank);
  }

  #toNewest(rank: Rank): void {
    if (rank === this.#newest) return;
    this.#unlink(rank);
    this.#link(rank);
  }

  #link(rank: Rank): void {
    rank.older = this.#newest;
    if (this.#newest === undefined) this.#oldest = rank;
    else this.#newest.newer = rank;
    this.#newest = rank;
  }

  #unlink(rank: Rank): void {
    const { older, newer } = rank;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    rank.older = undefined;
    rank.newer = undefined;
  }
}
