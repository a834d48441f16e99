/**
 * Things that happen at given instants, carried out when somebody looks: no timer is needed, and each is still applied
 * with its own instant, in order.
 */
export interface Timetable<Entry> {
  add(atMs: number, entry: Entry): void;
  /** Applies what is due, oldest first. What is added meanwhile and is due is applied too. */
  catchUp(nowMs: number, apply: (atMs: number, entry: Entry) => void): void;
  readonly length: number;
  /** When the next is due; Infinity where nothing is to happen. */
  readonly nextAtMs: number;
}

interface Timed<Entry> {
  readonly atMs: number;
  readonly entry: Entry;
}

/** Makes an empty {@link Timetable}. */
export function createTimetable<Entry>(): Timetable<Entry> {
  /** The last is due first: what is taken costs nothing, and what is added late goes to where it mostly belongs. */
  const entries: Timed<Entry>[] = [];
  return {
    add(atMs, entry) {
      // Behind those of the same instant: first come, first applied.
      let low = 0;
      let high = entries.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((entries[middle]?.atMs ?? 0) > atMs) low = middle + 1;
        else high = middle;
      }
      entries.splice(low, 0, { atMs, entry });
    },
    catchUp(nowMs, apply) {
      for (let next = entries.at(-1); next !== undefined && next.atMs <= nowMs; next = entries.at(-1)) {
        entries.pop();
        apply(next.atMs, next.entry);
      }
    },
    get length() {
      return entries.length;
    },
    get nextAtMs() {
      return entries.at(-1)?.atMs ?? Number.POSITIVE_INFINITY;
    },
  };
}
