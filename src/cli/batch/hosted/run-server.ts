import { cancelAll } from "./cancel.js";
import type { Desk } from "./desk.js";
import { findLost } from "./find-lost.js";
import { look } from "./look.js";
import { orderSome } from "./order.js";
import { removePart } from "./part-file.js";
import { sleep } from "./pause.js";

/**
 * Sees to the batches of one server: orders them while there is room, looks how they stand, and brings in what they leave. Resolves
 * when all is done, or when it has to stop. Rejects where the disk doesn't take what has to be kept.
 */
export async function runServer(desk: Desk): Promise<void> {
  const { clock, stopping, isCancelling, journal } = desk.house;
  try {
    while (!stopping.aborted) {
      await findLost(desk);
      if (isCancelling) await cancelAll(desk);
      else await orderSome(desk);
      if (desk.underWay + desk.waiting.length === 0) break;
      await sleep(clock, desk.lookAtMs - clock.now(), stopping);
      if (!stopping.aborted) await look(desk);
    }
  } finally {
    await desk.pieces.return(undefined);
    // They weren't ordered: another run cuts them anew.
    for (const { mark } of desk.waiting) await removePart(journal.folder, mark);
  }
}
