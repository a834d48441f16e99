/** States that are kept for more keys than this are dropped, the oldest first: made-up API keys can't fill the memory. */
const KEYS_MAX = 10_000;

/** One state for each key, made when the key is first seen. */
export interface Keyed<State> {
  get(key: string, nowMs: number): State;
  values(): IterableIterator<State>;
}

/** Makes a {@link Keyed} whose states begin as `make` says. */
export function createKeyed<State>(make: (nowMs: number, key: string) => State, keysMax = KEYS_MAX): Keyed<State> {
  const states = new Map<string, State>();
  return {
    get(key, nowMs) {
      const known = states.get(key);
      if (known !== undefined) return known;
      const [oldest] = states.keys();
      if (states.size >= keysMax && oldest !== undefined) states.delete(oldest);
      const state = make(nowMs, key);
      states.set(key, state);
      return state;
    },
    values: () => states.values(),
  };
}
