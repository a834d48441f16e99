import type { Desk } from "./desk.js";

/** Asks for the end of all batches that run. What they have answered is brought in once they have ended. */
export async function cancelAll(desk: Desk): Promise<void> {
  const { api, house, running } = desk;
  for (const each of [...running.values()]) {
    const { part } = each;
    if (each.isCancelAsked || house.stopping.aborted) continue;
    await house.journal.note({ step: "cancel", mark: part.mark });
    const told = await api.cancel(part.batchId);
    // One that has ended meanwhile can't be cancelled any more: the next look tells.
    const isAsked = told.kind === "done" || told.kind === "refused";
    running.set(part.mark, { ...each, part: { ...part, isCancelled: true }, isCancelAsked: isAsked });
    if (told.kind !== "done" && told.kind !== "refused") desk.meet(told, "doesn't cancel a batch now");
  }
}
