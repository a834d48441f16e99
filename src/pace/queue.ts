import { Heap, type HeapOrder } from "./heap.js";
import { Ranks } from "./ranks.js";
import type { Waiter } from "./waiter.js";

const BY_NOT_BEFORE: HeapOrder<Waiter> = {
  isBefore: (a, b) => a.notBeforeMs < b.notBeforeMs || (a.notBeforeMs === b.notBeforeMs && a.sequence < b.sequence),
  setPlace: (waiter, place) => {
    waiter.place = place;
  },
};

const BY_EXPIRY: HeapOrder<Waiter> = {
  isBefore: (a, b) => a.expiresAtMs < b.expiresAtMs || (a.expiresAtMs === b.expiresAtMs && a.sequence < b.sequence),
  setPlace: (waiter, place) => {
    waiter.expiryPlace = place;
  },
};

const NONE: readonly never[] = [];
const NO_SIZES: ReadonlyMap<string, number> = new Map();

/**
 * The waiting room of one key. Who goes next: the highest priority first; within it the tenants share fairly by cost,
 * whatever the backlog of each; within a tenant by order of arrival. A retry goes where it went before, ahead of what came
 * after it, once its own earliest instant has come. Every tenth turn at most goes to a priority that was passed over, so
 * that nothing starves (see {@link Ranks}).
 *
 * With one priority and one tenant, the usual case, all is O(1) and takes no memory beside the waiters; otherwise
 * O(log n) in the number of priorities, tenants, delayed and expiring waiters.
 */
export class WaitQueue<T extends Waiter> {
  readonly #ranks = new Ranks();
  readonly #delayed = new Heap(BY_NOT_BEFORE);
  readonly #expiring = new Heap(BY_EXPIRY);
  #sequence = 0;
  #size = 0;

  /** All that wait, delayed ones included. */
  get size(): number {
    return this.#size;
  }

  /** How many wait for each tenant that has a name, but for those that are delayed. O(number of tenants). */
  tenantSizes(): ReadonlyMap<string, number> {
    let sizes: Map<string, number> | undefined;
    for (const { tenant, size } of this.#ranks.lines()) {
      if (tenant === undefined) continue;
      sizes ??= new Map();
      sizes.set(tenant, (sizes.get(tenant) ?? 0) + size);
    }
    return sizes ?? NO_SIZES;
  }

  /** Behind all others of its priority and tenant. */
  push(waiter: T, nowMs: number): void {
    this.#sequence += 1;
    this.#admit(waiter, this.#sequence);
    waiter.virtualStart = -1;
    if (waiter.notBeforeMs > nowMs) this.#delay(waiter);
    else this.#ranks.of(waiter.priority).append(waiter);
  }

  /** Back to where it was, ahead of what came after it. */
  requeue(waiter: T, nowMs: number): void {
    if (waiter.sequence === 0) {
      this.push(waiter, nowMs);
      return;
    }
    this.#admit(waiter, waiter.sequence);
    if (waiter.notBeforeMs > nowMs) this.#delay(waiter);
    else this.#ranks.of(waiter.priority).readmit(waiter);
  }

  /** Who goes next, if anyone may go now. */
  peek(nowMs: number): T | undefined {
    this.#promote(nowMs);
    // Only a T was ever put in.
    return this.#ranks.next?.head as T | undefined;
  }

  /** Takes the waiter that {@link WaitQueue.peek} shows. */
  take(nowMs: number): T | undefined {
    this.#promote(nowMs);
    return this.#take();
  }

  /** Takes a waiter out, wherever it stands. False if it doesn't wait. */
  remove(waiter: T): boolean {
    if (waiter.whereabouts === "nowhere") return false;
    if (waiter.whereabouts === "delayed") {
      this.#delayed.removeAt(waiter.place);
      waiter.whereabouts = "nowhere";
    } else this.#ranks.remove(waiter);
    this.#left(waiter);
    return true;
  }

  /** Takes out those whose time has passed, the earliest first. */
  expired(nowMs: number): readonly T[] {
    if ((this.#expiring.first?.expiresAtMs ?? Infinity) > nowMs) return NONE;
    const late: T[] = [];
    for (let first = this.#expiring.first; first !== undefined; first = this.#expiring.first) {
      if (first.expiresAtMs > nowMs) break;
      this.remove(first as T);
      late.push(first as T);
    }
    return late;
  }

  /** Takes out all for which the predicate holds, in order of arrival. Looks at each: O(n). */
  removeWhere(predicate: (waiter: T) => boolean): readonly T[] {
    const found: T[] = [];
    for (const waiter of this.#waiters()) if (predicate(waiter)) found.push(waiter);
    for (const waiter of found) this.remove(waiter);
    return found.sort((a, b) => a.sequence - b.sequence);
  }

  /** When time alone changes what `peek` or `expired` say: a delayed waiter comes due, or one expires. Infinity if never. */
  wakeAtMs(): number {
    return Math.min(this.#delayed.first?.notBeforeMs ?? Infinity, this.#expiring.first?.expiresAtMs ?? Infinity);
  }

  /** Takes out all, in the order in which they would go; delayed ones last. */
  drain(): T[] {
    const all: T[] = [];
    for (let next = this.#take(); next !== undefined; next = this.#take()) all.push(next);
    for (let next = this.#delayed.first; next !== undefined; next = this.#delayed.first) {
      this.remove(next as T);
      all.push(next as T);
    }
    return all;
  }

  #admit(waiter: T, sequence: number): void {
    if (waiter.whereabouts !== "nowhere") throw new Error("BUG: a waiter is queued twice");
    waiter.sequence = sequence;
    this.#size += 1;
    if (waiter.expiresAtMs < Infinity) this.#expiring.add(waiter);
  }

  #left(waiter: Waiter): void {
    this.#size -= 1;
    if (waiter.expiryPlace >= 0) this.#expiring.removeAt(waiter.expiryPlace);
  }

  #delay(waiter: Waiter): void {
    waiter.whereabouts = "delayed";
    this.#delayed.add(waiter);
  }

  #promote(nowMs: number): void {
    for (let first = this.#delayed.first; first !== undefined; first = this.#delayed.first) {
      if (first.notBeforeMs > nowMs) return;
      this.#delayed.removeAt(0);
      this.#ranks.of(first.priority).readmit(first);
    }
  }

  #take(): T | undefined {
    const waiter = this.#ranks.take();
    if (waiter !== undefined) this.#left(waiter);
    return waiter as T | undefined;
  }

  *#waiters(): Generator<T> {
    for (const waiter of this.#ranks.waiters()) yield waiter as T;
    for (const waiter of this.#delayed.items) yield waiter as T;
  }
}
