/** Where a waiter is. */
export type Whereabouts = "nowhere" | "fresh" | "returned" | "delayed";

/**
 * What waits in a {@link WaitQueue}. The queue keeps its own notes on the waiter itself rather than in nodes around it: a
 * hundred thousand may wait, and this takes half the memory. A waiter is in one queue at a time, and what the queue reads
 * doesn't change while it waits.
 */
export abstract class Waiter {
  /** Higher goes first. Any number but NaN. */
  abstract readonly priority: number;
  /** Who shares fairly with whom; undefined is a tenant like any other. */
  abstract readonly tenant: string | undefined;
  /** What it counts for in the fairness among tenants, above 0; anything else counts as 1. */
  abstract readonly cost: number;
  /** Its own earliest instant, in milliseconds; 0 for none. */
  abstract readonly notBeforeMs: number;
  /** When it leaves the queue unsent, in milliseconds; Infinity for never. */
  abstract readonly expiresAtMs: number;

  // From here on the queue's own notes.

  /** Order of arrival, kept when it returns; 0 before the first. */
  sequence = 0;
  /** Virtual start of its last send, by which it goes when it returns; -1 before the first. */
  virtualStart = -1;
  whereabouts: Whereabouts = "nowhere";
  /** In the line of its tenant. */
  ahead: Waiter | undefined = undefined;
  behind: Waiter | undefined = undefined;
  /** In the heap of those that came back, or of those that are delayed. */
  place = -1;
  /** In the heap of those that expire. */
  expiryPlace = -1;
}
