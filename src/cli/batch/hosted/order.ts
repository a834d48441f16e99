import type { Desk, Waiting } from "./desk.js";
import type { OrderedPart, Part } from "./journal.js";
import { partPath, removePart } from "./part-file.js";

/** Orders batches until there is no room, nothing left, or the time for a look. */
export async function orderSome(desk: Desk): Promise<void> {
  const { clock, stopping } = desk.house;
  while (desk.hasRoom && !stopping.aborted) {
    if (desk.underWay > 0 && clock.now() >= desk.lookAtMs) return;
    const part = await nextPart(desk);
    if (part === undefined) return;
    await submit(desk, part);
  }
}

async function nextPart({ waiting, pieces, refused, house }: Desk): Promise<Waiting | undefined> {
  for (;;) {
    const piece = waiting.shift() ?? (await pieces.next()).value;
    if (piece === undefined) return undefined;
    const isStopping = house.stopping.aborted;
    if ("kind" in piece) {
      if (!isStopping) await house.tell(piece);
    } else if (isStopping || refused.has(piece.model)) await removePart(house.journal.folder, piece.mark);
    else return piece;
  }
}

async function submit(desk: Desk, part: Waiting): Promise<void> {
  const { house, api } = desk;
  const fileId = part.fileId ?? (await upload(desk, part));
  if (fileId === undefined) return;
  const ordered: OrderedPart = { ...part, fileId };
  // Whoever comes after a crash knows by this line that there may be a batch, and by the file which one it is.
  await house.journal.note({ step: "order", ...ordered });
  const told = await api.order(fileId, part.endpoint);
  if (told.kind === "done") return onOrdered(desk, ordered, told.value.id);
  if (told.kind === "unknown") {
    desk.complain(
      "lost",
      `whether ${api.host} took the order of a batch isn't known (${told.message}); it is looked for`,
    );
    desk.adopt(ordered);
    desk.isBlocked = true;
    return;
  }
  await house.journal.note({ step: "refused", mark: part.mark });
  if (told.kind === "refused") return refuse(desk, part, told.message);
  desk.waiting.unshift(ordered);
  desk.meet(told, "takes no more batches now");
}

async function upload(desk: Desk, part: Waiting): Promise<string | undefined> {
  const { api, house } = desk;
  const told = await api.upload(partPath(house.journal.folder, part.mark));
  if (told.kind === "done") return told.value;
  desk.waiting.unshift(part);
  if (told.kind === "refused") desk.stop(`${api.host} doesn't take the file of a batch: ${told.message}`);
  else desk.meet(told, "doesn't take the file of a batch now");
  return undefined;
}

/** A batch is there, whether we have heard so from the order or otherwise. */
export async function onOrdered(desk: Desk, part: OrderedPart, batchId: string): Promise<void> {
  await desk.house.journal.note({ step: "batch", mark: part.mark, batchId });
  desk.adopt({ ...part, batchId });
  desk.hurry();
  if (desk.running.size === 1) desk.lookLater();
}

/** What a server doesn't take of one model it may take of another. The requests stay what they are: not sent. */
async function refuse({ refused, house, api }: Desk, { model, mark }: Part, message: string): Promise<void> {
  refused.set(model, message);
  await removePart(house.journal.folder, mark);
  house.display.note("error", `${api.host} takes no batch of ${model}: ${message}; its requests are left`);
}
