/** One input's place in the order of results. */
export abstract class Place<Out> {
  /** Results that came before their turn. */
  early: Out[] | undefined = undefined;
  hasEnded = false;
  failure: { readonly error: unknown } | undefined = undefined;
  following: Place<Out> | undefined = undefined;

  /** Called once, when there is room for its results. It may end at once. */
  abstract open(): void;
}

/** Who gets the results in their order. */
export interface OrderListener<Out> {
  onResult(value: Out): void;
  /** A place has failed, and its turn has come. */
  onFailure(error: unknown): void;
  /** Nothing more can be handed on for now. */
  onPause(): void;
}

/**
 * Puts results back into the order of their inputs. No more than `placesMax` places are open: those beyond wait until the
 * first has ended, so that one slow answer doesn't let the results behind it pile up without end.
 */
export class Order<Out> {
  readonly #placesMax: number;
  readonly #listener: OrderListener<Out>;
  /** A linked list: places end at its head, and the places that aren't open yet are its tail. */
  #first: Place<Out> | undefined = undefined;
  #last: Place<Out> | undefined = undefined;
  #nextToOpen: Place<Out> | undefined = undefined;
  #open = 0;
  #isAdvancing = false;

  constructor(placesMax: number, listener: OrderListener<Out>) {
    this.#placesMax = placesMax;
    this.#listener = listener;
  }

  get isEmpty(): boolean {
    return this.#first === undefined;
  }

  add(place: Place<Out>): void {
    if (this.#last === undefined) this.#first = place;
    else this.#last.following = place;
    this.#last = place;
    this.#nextToOpen ??= place;
    this.#advance();
  }

  put(place: Place<Out>, value: Out): void {
    if (place === this.#first && !this.#isAdvancing) this.#listener.onResult(value);
    else {
      place.early ??= [];
      place.early.push(value);
    }
  }

  /** No more results of this place. A failure is told when its turn comes. */
  end(place: Place<Out>, failure?: { readonly error: unknown }): void {
    place.hasEnded = true;
    place.failure = failure;
    if (place === this.#first) this.#advance();
  }

  /** Takes out all places behind this one. */
  cutAfter(place: Place<Out>): readonly Place<Out>[] {
    const behind: Place<Out>[] = [];
    for (let next = place.following; next !== undefined; next = next.following) behind.push(next);
    place.following = undefined;
    this.#last = place;
    this.#nextToOpen = undefined;
    return behind;
  }

  /** Never recurses: a place that ends as it opens comes back round. */
  #advance(): void {
    if (this.#isAdvancing) return;
    this.#isAdvancing = true;
    do this.#handOn();
    while (this.#openNext());
    this.#isAdvancing = false;
    this.#listener.onPause();
  }

  #handOn(): void {
    for (let first = this.#first; first !== undefined; first = this.#first) {
      for (const value of first.early ?? []) this.#listener.onResult(value);
      first.early = undefined;
      if (!first.hasEnded) return;
      this.#open -= 1;
      this.#first = first.following;
      if (this.#first === undefined) this.#last = undefined;
      if (first.failure !== undefined) this.#listener.onFailure(first.failure.error);
    }
  }

  #openNext(): boolean {
    const place = this.#nextToOpen;
    if (place === undefined || this.#open >= this.#placesMax) return false;
    this.#nextToOpen = place.following;
    this.#open += 1;
    place.open();
    return true;
  }
}
