import type { Cost } from "../cost.js";
import type { Slot } from "./slot.js";

/** Microtasks in which most callers, through an SDK too, have begun to read: some ten promises lie between. */
const TURNS_TO_READ = 10;

/** One response of those that share a body: the first, or a clone. Like the slot it must not know the response. */
export class Branch {
  readonly slot: Slot;
  /** Somebody reads all of it, and is told of its end. */
  isRead = false;
  #hasLeft = false;

  constructor(slot: Slot) {
    this.slot = slot;
    slot.join();
  }

  /** It was cancelled or forgotten: it counts once, though both may happen. */
  leave(spent?: Cost): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    this.slot.leave(spent);
  }
}

/** Slots of bodies that nobody has read, given back when the garbage collector finds the response. */
const forgotten = new FinalizationRegistry<Branch>((branch) => branch.leave());

/**
 * Gives the slot back when the response is forgotten unread. What is registered outlives the collections of the young,
 * with all that it holds, which costs more than the rest of a request: those that are read at once are spared it.
 */
export async function leaveWhenForgotten(response: Response, branch: Branch): Promise<void> {
  for (let turn = 0; turn < TURNS_TO_READ; turn += 1) {
    if (branch.isRead || branch.slot.isOver) return;
    await undefined;
  }
  forgotten.register(response, branch);
}
