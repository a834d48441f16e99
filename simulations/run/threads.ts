import { availableParallelism } from "node:os";
import { SluiceError } from "../../src/errors.js";

const THREADS_MAX = 256;

/**
 * How many threads are meant: so many, or one a core.
 *
 * @throws SluiceError `ERR_SLUICE_OPTION` outside 1 to 256
 */
export function threadsOf(threads: number | undefined): number {
  if (threads === undefined) return Math.min(THREADS_MAX, availableParallelism());
  if (Number.isInteger(threads) && threads >= 1 && threads <= THREADS_MAX) return threads;
  throw new SluiceError("ERR_SLUICE_OPTION", `threads must be a whole number from 1 to ${THREADS_MAX}, got ${threads}`);
}
