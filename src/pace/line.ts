import { Heap, type HeapOrder } from "./heap.js";
import type { Waiter } from "./waiter.js";

const BY_ARRIVAL: HeapOrder<Waiter> = {
  isBefore: (a, b) => a.sequence < b.sequence,
  setPlace: (waiter, place) => {
    waiter.place = place;
  },
};

/**
 * The waiters of one tenant and one priority, first come first served. Newcomers form a linked list, so that the usual
 * case takes no memory and no search; those that come back to their old place are few, and stand in a heap beside it.
 */
export class Line {
  readonly tenant: string | undefined;
  /** Virtual time at which its next send starts: what it has had, in units of cost. */
  virtualNext = 0;
  /** What lines are compared by, for the present head: see {@link Line.renewKey}. */
  key = 0;
  keySequence = 0;
  /** Waiters in it. */
  size = 0;
  /** In the heap of lines that is waiting, or resting. */
  place = -1;
  #first: Waiter | undefined = undefined;
  #last: Waiter | undefined = undefined;
  #returned: Heap<Waiter> | undefined = undefined;

  constructor(tenant: string | undefined) {
    this.tenant = tenant;
  }

  get head(): Waiter | undefined {
    const fresh = this.#first;
    const returned = this.#returned?.first;
    if (returned === undefined) return fresh;
    return fresh === undefined || returned.sequence < fresh.sequence ? returned : fresh;
  }

  /** Behind all. */
  append(waiter: Waiter): void {
    this.size += 1;
    waiter.whereabouts = "fresh";
    waiter.ahead = this.#last;
    if (this.#last === undefined) this.#first = waiter;
    else this.#last.behind = waiter;
    this.#last = waiter;
  }

  /** To the place that its order of arrival gives it. */
  readmit(waiter: Waiter): void {
    this.size += 1;
    waiter.whereabouts = "returned";
    this.#returned ??= new Heap(BY_ARRIVAL);
    this.#returned.add(waiter);
  }

  remove(waiter: Waiter): void {
    this.size -= 1;
    if (waiter.whereabouts === "returned") this.#returned?.removeAt(waiter.place);
    else this.#unlink(waiter);
    waiter.whereabouts = "nowhere";
  }

  /** To be called when the head or `virtualNext` has changed. A head that returns keeps the virtual time that it went at. */
  renewKey(): void {
    const head = this.head;
    if (head === undefined) return;
    this.key = head.virtualStart < 0 ? this.virtualNext : Math.min(this.virtualNext, head.virtualStart);
    this.keySequence = head.sequence;
  }

  *waiters(): Generator<Waiter> {
    for (let waiter = this.#first; waiter !== undefined; waiter = waiter.behind) yield waiter;
    if (this.#returned !== undefined) yield* this.#returned.items;
  }

  #unlink(waiter: Waiter): void {
    const { ahead, behind } = waiter;
    if (ahead === undefined) this.#first = behind;
    else ahead.behind = behind;
    if (behind === undefined) this.#last = ahead;
    else behind.ahead = ahead;
    waiter.ahead = undefined;
    waiter.behind = undefined;
  }
}
