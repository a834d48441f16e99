import { Heap, type HeapOrder } from "./heap.js";
import { Line } from "./line.js";
import type { Waiter } from "./waiter.js";

function setPlace(line: Line, place: number): void {
  line.place = place;
}

const BY_KEY: HeapOrder<Line> = {
  isBefore: (a, b) => a.key < b.key || (a.key === b.key && a.keySequence < b.keySequence),
  setPlace,
};

const BY_NEXT: HeapOrder<Line> = { isBefore: (a, b) => a.virtualNext < b.virtualNext, setPlace };

/**
 * All waiters of one priority. Their tenants share by start-time fair queueing (Goyal, Vin and Cheng, 1996): each send
 * starts at a virtual time, the next of its tenant that much later as it cost, and the earliest start goes first. The
 * virtual time of the rank is the start of the send that went last, and where a tenant that was idle begins: idling
 * earns no credit, and while two tenants wait, what they got differs by one largest send of each at most.
 */
export class Rank {
  readonly priority: number;
  /** In the heap of ranks. */
  place = -1;
  /** In the list of ranks by their last turn. */
  older: Rank | undefined = undefined;
  newer: Rank | undefined = undefined;
  #virtualTime = 0;
  #lines = new Map<string | undefined, Line>();
  #waiting = new Heap(BY_KEY);
  /** Lines without waiters that had their share ahead of time. Forgotten once the virtual time has passed them. */
  #resting = new Heap(BY_NEXT);

  constructor(priority: number) {
    this.priority = priority;
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  get head(): Waiter | undefined {
    return this.#waiting.first?.head;
  }

  append(waiter: Waiter): void {
    const line = this.#lineOf(waiter.tenant);
    const wasEmpty = line.head === undefined;
    line.append(waiter);
    if (wasEmpty) this.#wake(line);
  }

  readmit(waiter: Waiter): void {
    const line = this.#lineOf(waiter.tenant);
    const wasEmpty = line.head === undefined;
    line.readmit(waiter);
    if (wasEmpty) this.#wake(line);
    else if (line.head === waiter) this.#reorder(line);
  }

  /** Takes the head, and charges its tenant. */
  take(): Waiter | undefined {
    const line = this.#waiting.first;
    const waiter = line?.head;
    if (line === undefined || waiter === undefined) return undefined;
    waiter.virtualStart = line.key;
    this.#virtualTime = Math.max(this.#virtualTime, line.key);
    line.virtualNext += waiter.cost > 0 && waiter.cost < Infinity ? waiter.cost : 1;
    this.#leave(line, waiter);
    this.#forget();
    return waiter;
  }

  /** Takes a waiter out of its line, uncharged. False if its line isn't here. */
  remove(waiter: Waiter): boolean {
    const line = this.#lines.get(waiter.tenant);
    if (line === undefined) return false;
    this.#leave(line, waiter);
    return true;
  }

  /** Makes an empty rank as good as new. The line of a lone tenant stays: most queues never have another. */
  reset(): void {
    this.#virtualTime = 0;
    const lone = this.#resting.first;
    if (lone !== undefined && this.#lines.size === 1) {
      lone.virtualNext = 0;
      return;
    }
    this.#lines = new Map();
    this.#resting = new Heap(BY_NEXT);
  }

  /** The lines in which somebody waits. */
  get lines(): readonly Line[] {
    return this.#waiting.items;
  }

  *waiters(): Generator<Waiter> {
    for (const line of this.#waiting.items) yield* line.waiters();
  }

  #lineOf(tenant: string | undefined): Line {
    let line = this.#lines.get(tenant);
    if (line === undefined) {
      line = new Line(tenant);
      this.#lines.set(tenant, line);
    }
    return line;
  }

  #wake(line: Line): void {
    if (line.place >= 0) this.#resting.removeAt(line.place);
    line.virtualNext = Math.max(line.virtualNext, this.#virtualTime);
    line.renewKey();
    this.#waiting.add(line);
  }

  #leave(line: Line, waiter: Waiter): void {
    line.remove(waiter);
    if (line.head !== undefined) {
      this.#reorder(line);
      return;
    }
    this.#waiting.removeAt(line.place);
    this.#resting.add(line);
  }

  #reorder(line: Line): void {
    line.renewKey();
    this.#waiting.reorder(line.place);
  }

  #forget(): void {
    for (let line = this.#resting.first; line !== undefined; line = this.#resting.first) {
      if (line.virtualNext > this.#virtualTime) return;
      this.#resting.removeAt(line.place);
      this.#lines.delete(line.tenant);
    }
  }
}
