import type { BatchView } from "./batch-view.js";
import { collect, isQueueFull, sayEnded } from "./collect.js";
import type { Desk } from "./desk.js";
import type { OrderedPart, Part } from "./journal.js";
import { PartWriter, readPart, removePart } from "./part-file.js";

/** Brings in what a batch has left. Says whether its place is free for another. */
export async function bringIn(desk: Desk, part: OrderedPart, view: BatchView): Promise<boolean> {
  const { api, house } = desk;
  const { journal, target } = house;
  const told = await collect(part, view, api, target);
  if (told.kind === "refused")
    desk.stop(`the results of batch ${view.id} can't be had from ${api.host}: ${told.message}`);
  else if (told.kind !== "done") desk.meet(told, `doesn't hand out the results of batch ${view.id} now`);
  if (told.kind !== "done") return false;
  const { again } = told.value;
  const rest = again && (await without(part, again, journal.folder));
  if (rest !== undefined) desk.waiting.push(rest);
  await journal.note({ step: "over", mark: part.mark });
  await removePart(journal.folder, part.mark);
  desk.running.delete(part.mark);
  house.onEnded(view.status);
  house.display.note("batch", sayEnded(part, view, api.host, told.value), { batch: view.id, status: view.status });
  desk.onRoom(!isQueueFull(view));
  return !isQueueFull(view);
}

/** A part of the same requests, but for some lines. */
async function without(part: Part, lines: ReadonlySet<number>, folder: string): Promise<Part | undefined> {
  const { server, endpoint, model, round = 0 } = part;
  const writer = new PartWriter(folder, { server, endpoint, model, round: lines.size > 0 ? round + 1 : round });
  let number = 0;
  for await (const line of readPart(folder, part.mark)) {
    number += 1;
    if (!lines.has(number)) await writer.add(line);
  }
  return writer.requests > 0 ? writer.finish() : undefined;
}
