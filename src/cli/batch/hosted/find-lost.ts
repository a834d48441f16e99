import type { Desk, Lost } from "./desk.js";
import { onOrdered } from "./order.js";
import { removePart } from "./part-file.js";

/** Looks for an order whose answer was lost before it counts as never come. */
const LOOKS_MAX = 3;

/** Finds orders whose answers were lost, each by the file that no other batch has; what never came is ordered again. */
export async function findLost(desk: Desk): Promise<void> {
  const { api, house, lost } = desk;
  if (lost.length === 0) return;
  const fileIds = new Set(lost.map(({ part }) => part.fileId));
  const told = await api.list(
    (all) => all.filter(({ inputFileId = "" }) => fileIds.has(inputFileId)).length >= fileIds.size,
  );
  if (told.kind === "refused") {
    return desk.stop(`${api.host} doesn't list its batches (${told.message}): whether an order was taken isn't known`);
  }
  if (told.kind !== "done") return desk.meet(told, "doesn't say which batches it has");
  desk.lost = [];
  const missing: Lost[] = [];
  for (const { part, looks } of lost) {
    const found = told.value.find(({ inputFileId }) => inputFileId === part.fileId);
    if (found !== undefined) await onOrdered(desk, part, found.id);
    else if (looks + 1 < LOOKS_MAX) missing.push({ part, looks: looks + 1 });
    else {
      await house.journal.note({ step: "refused", mark: part.mark });
      if (house.isCancelling) await removePart(house.journal.folder, part.mark);
      else desk.waiting.push(part);
    }
  }
  desk.lost = missing;
  desk.isBlocked = missing.length > 0;
  if (desk.isBlocked) desk.lookLater();
}
