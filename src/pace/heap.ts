/** How a heap orders its items, and where an item notes its own place, so that it can be found again. */
export interface HeapOrder<T> {
  isBefore(a: T, b: T): boolean;
  /** Called with -1 when the item leaves. */
  setPlace(item: T, place: number): void;
}

/** A binary heap whose items know their places: first in O(1), add, remove and reorder in O(log n). */
export class Heap<T> {
  readonly #items: T[] = [];
  readonly #order: HeapOrder<T>;

  constructor(order: HeapOrder<T>) {
    this.#order = order;
  }

  get size(): number {
    return this.#items.length;
  }

  get first(): T | undefined {
    return this.#items[0];
  }

  /** In no particular order. */
  get items(): readonly T[] {
    return this.#items;
  }

  add(item: T): void {
    this.#items.push(item);
    this.#rise(item, this.#items.length - 1);
  }

  /** Removes the item at this place. */
  removeAt(place: number): void {
    const item = this.#items[place];
    const last = this.#items.pop();
    if (item === undefined || last === undefined) return;
    this.#order.setPlace(item, -1);
    if (item !== last) this.#put(last, place);
  }

  /** To be called when what the item at this place is ordered by has changed. */
  reorder(place: number): void {
    const item = this.#items[place];
    if (item !== undefined) this.#put(item, place);
  }

  #put(item: T, place: number): void {
    if (this.#rise(item, place) === place) this.#sink(item, place);
  }

  #rise(item: T, from: number): number {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = this.#items[above];
      if (parent === undefined || !this.#order.isBefore(item, parent)) break;
      this.#set(parent, place);
      place = above;
    }
    this.#set(item, place);
    return place;
  }

  #sink(item: T, from: number): void {
    let place = from;
    for (;;) {
      const left = 2 * place + 1;
      let below = left;
      let child = this.#items[left];
      const right = this.#items[left + 1];
      if (child === undefined) break;
      if (right !== undefined && this.#order.isBefore(right, child)) {
        child = right;
        below = left + 1;
      }
      if (!this.#order.isBefore(child, item)) break;
      this.#set(child, place);
      place = below;
    }
    this.#set(item, place);
  }

  #set(item: T, place: number): void {
    this.#items[place] = item;
    this.#order.setPlace(item, place);
  }
}
