/** Units sent lately by all members, by the time at which they were sent: of the store, in bins of {@link BIN_MS}. */
export interface Recent {
  /** Number of the first bin. */
  readonly from: number;
  readonly units: readonly number[];
}

const BIN_MS = 50;
/** No member tells of a send later than this. */
const BINS = 64;

export const NOTHING_RECENT: Recent = { from: 0, units: [] };

/** With one more send. */
export function withSend({ from, units }: Recent, atMs: number, cost: number): Recent {
  const bin = Math.floor(atMs / BIN_MS);
  const last = Math.max(bin, from + units.length - 1);
  const first = units.length === 0 ? bin : Math.max(from, last - BINS + 1);
  if (bin < first) return { from, units };
  const next = Array.from({ length: last - first + 1 }, (_, at) => units[first + at - from] ?? 0);
  next[bin - first] = (next[bin - first] ?? 0) + cost;
  return { from: first, units: next };
}

/** What was sent after an instant, as far back as is known. */
export function sentAfter({ from, units }: Recent, atMs: number): number {
  let sum = 0;
  const bin = Math.floor(atMs / BIN_MS);
  for (let at = Math.max(0, bin + 1 - from); at < units.length; at++) sum += units[at] ?? 0;
  return sum;
}

/** Whether all that was sent after an instant is known. */
export function reachesBackTo({ from, units }: Recent, atMs: number): boolean {
  return units.length > 0 && Math.floor(atMs / BIN_MS) >= from;
}
