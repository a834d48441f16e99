/**
 * What was accepted lately: twelve bins of a third of an epoch each, counted when sent and taken back when refused. The
 * sends of the present bin are a difference of try numbers, so that counting costs a send nothing.
 */
export interface DeliveredState {
  readonly since: number;
  /** Number of the present bin, in bins since `since`. */
  readonly bin: number;
  /** Number of the last try sent before the present bin. */
  readonly after: number;
  /** Sends of each bin that weren't refused, by bin number modulo their count; the present one only holds what was taken back. */
  readonly counts: readonly number[];
}

const BINS = 12;
const BINS_AN_EPOCH = 3;

export function createDelivered(now: number): DeliveredState {
  return { since: now, bin: 0, after: 0, counts: new Array<number>(BINS).fill(0) };
}

/** The same at `now`, before the next try is numbered. */
export function rollDelivered(state: DeliveredState, now: number, sent: number, epoch: number): DeliveredState {
  const bin = binAt(state, now, epoch);
  if (bin <= state.bin) return state;
  const counts = state.counts.slice();
  counts[state.bin % BINS] = (counts[state.bin % BINS] ?? 0) + (sent - state.after);
  for (let next = Math.max(state.bin + 1, bin - BINS + 1); next <= bin; next++) counts[next % BINS] = 0;
  return { since: state.since, bin, after: sent, counts };
}

/** Takes a refused try back out of the bin it was sent in. */
export function takeBack(state: DeliveredState, sentAt: number, epoch: number): DeliveredState {
  return withCount(state, binAt(state, sentAt, epoch), -1);
}

/** Counts a try that was sent earlier, and isn't numbered. */
export function addLate(state: DeliveredState, sentAt: number, epoch: number): DeliveredState {
  return withCount(state, binAt(state, sentAt, epoch), 1);
}

function withCount(state: DeliveredState, bin: number, change: number): DeliveredState {
  if (bin <= state.bin - BINS || bin > state.bin) return state;
  const counts = state.counts.slice();
  counts[bin % BINS] = (counts[bin % BINS] ?? 0) + change;
  return { ...state, counts };
}

/** Tries accepted a second, over the bins; over a second at least. */
export function deliveredRate(state: DeliveredState, now: number, sent: number, epoch: number): number {
  const total = state.counts.reduce((sum, count) => sum + count, 0) + (sent - state.after);
  const span = Math.min(now - state.since, (BINS / BINS_AN_EPOCH) * epoch);
  return Math.max(0, total) / Math.max(1, span);
}

/** The same of the last bins alone: the present one and the one before it, {@link BINS_AN_EPOCH} of which are an epoch. */
export function deliveredLately(state: DeliveredState, now: number, sent: number, epoch: number): number {
  const length = epoch / BINS_AN_EPOCH;
  const isLong = state.bin > 0 && binAt(state, now, epoch) === state.bin;
  const since = state.since + (isLong ? state.bin - 1 : state.bin) * length;
  const before = isLong ? (state.counts[(state.bin - 1) % BINS] ?? 0) : 0;
  const present = (state.counts[state.bin % BINS] ?? 0) + (sent - state.after);
  return Math.max(0, before + present) / Math.max(1, now - since);
}

function binAt(state: DeliveredState, at: number, epoch: number): number {
  return Math.max(0, Math.floor(((at - state.since) * BINS_AN_EPOCH) / epoch));
}
