/** Who is told that a signal has fired, with the same method as a DOM listener object. */
export interface AbortListener {
  handleEvent(): void;
}

const hubs = new WeakMap<AbortSignal, Hub>();

/**
 * Tells a listener when a signal fires. A caller may give one signal to a hundred thousand requests: they share one DOM
 * listener, since Node warns of a leak beyond ten, and finds each of them by walking a list.
 */
export function listen(signal: AbortSignal, listener: AbortListener): void {
  let hub = hubs.get(signal);
  if (hub === undefined) {
    hub = new Hub(signal);
    hubs.set(signal, hub);
  }
  hub.add(listener);
}

/** Takes {@link listen} back. Twice, or after the signal fired, does nothing. */
export function unlisten(signal: AbortSignal, listener: AbortListener): void {
  hubs.get(signal)?.delete(listener);
}

class Hub {
  readonly #signal: AbortSignal;
  readonly #listeners = new Set<AbortListener>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  add(listener: AbortListener): void {
    if (this.#listeners.size === 0) this.#signal.addEventListener("abort", this);
    this.#listeners.add(listener);
  }

  delete(listener: AbortListener): void {
    if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#signal.removeEventListener("abort", this);
  }

  handleEvent(): void {
    this.#signal.removeEventListener("abort", this);
    // Who ends may take others with it, or add new ones: they hear of it by asking `aborted`.
    for (const listener of [...this.#listeners]) if (this.#listeners.delete(listener)) listener.handleEvent();
  }
}
