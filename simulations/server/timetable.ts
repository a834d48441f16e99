/**
 * Things that happen at given instants, carried out when somebody looks: no timer is needed, and each is still applied
 * with its own instant, in order.
 */
export interface Timetable<Entry> {
  add(atMs: number, entry: Entry): void;
  /** Applies what is due, oldest first. What is added meanwhile and is due is applied too. */
  catchUp(nowMs: number, apply: (atMs: number, entry: Entry) => void): void;
  readonly length: number;
}

/** Makes an empty {@link Timetable}. */
export function createTimetable<Entry>(): Timetable<Entry> {
  const entries: { readonly atMs: number; readonly entry: Entry }[] = [];
  return {
    add(atMs, entry) {
      // Behind those of the same instant: first come, first applied.
      const index = entries.findIndex((each) => each.atMs > atMs);
      entries.splice(index === -1 ? entries.length : index, 0, { atMs, entry });
    },
    catchUp(nowMs, apply) {
      for (let next = entries[0]; next !== undefined && next.atMs <= nowMs; next = entries[0]) {
        entries.shift();
        apply(next.atMs, next.entry);
      }
    },
    get length() {
      return entries.length;
    },
  };
}
