import type { BatchView } from "./batch-view.js";
import { bringIn } from "./bring-in.js";
import type { Desk } from "./desk.js";
import type { OrderedPart } from "./journal.js";
import { partPath } from "./part-file.js";
import type { Told } from "./told.js";

const NOT_FOUND = 404;

/** Looks how all batches stand, by one question where the server lists them, and brings in what has ended. */
export async function look(desk: Desk): Promise<void> {
  const { api, house, running } = desk;
  const listed = running.size > 1 ? await api.list((all) => areAllIn(all, desk)) : NOTHING_LISTED;
  // A server that has no list is asked for each; one that can't tell now isn't asked for more.
  if (listed.kind !== "done" && listed.kind !== "refused") return meetLater(desk, listed);
  const views = listed.kind === "done" ? listed.value : [];
  await cancelTwins(views, desk);
  let atLeastMs = listed.kind === "done" ? (listed.retryAfterMs ?? 0) : 0;
  for (const each of [...running.values()]) {
    const { batchId } = each.part;
    const known = views.find(({ id }) => id === batchId);
    const told = known === undefined ? await api.look(batchId) : { kind: "done" as const, value: known };
    if (told.kind === "refused") return desk.stop(gone(each.part, told, desk));
    if (told.kind !== "done") return meetLater(desk, told);
    atLeastMs = Math.max(atLeastMs, ("retryAfterMs" in told ? told.retryAfterMs : undefined) ?? 0);
    each.share = told.value.workedShare;
    if (told.value.status !== "running" && (await bringIn(desk, each.part, told.value))) desk.hurry();
    if (house.stopping.aborted) return;
  }
  desk.isBlocked = false;
  desk.lookLater(atLeastMs);
}

const NOTHING_LISTED: Told<readonly BatchView[]> = { kind: "done", value: [] };

function areAllIn(all: readonly BatchView[], { running }: Desk): boolean {
  const ids = new Set(all.map(({ id }) => id));
  return [...running.values()].every(({ part }) => ids.has(part.batchId));
}

function meetLater(desk: Desk, told: Exclude<Told<never>, { kind: "done" }>): void {
  desk.lookLater();
  desk.meet(told, "doesn't say how its batches stand");
}

/** An order that came late, after it was taken for lost and sent again: nobody is to pay for it twice. */
async function cancelTwins(views: readonly BatchView[], { api, house, running }: Desk): Promise<void> {
  const ours = new Map([...running.values()].map(({ part }) => [part.fileId, part.batchId]));
  for (const { id, status, inputFileId = "" } of views) {
    const own = ours.get(inputFileId);
    if (own === undefined || own === id || status !== "running") continue;
    await api.cancel(id);
    house.display.note("twin", `batch ${id} at ${api.host} was ordered for the same file as ${own}: it is cancelled`);
  }
}

function gone(
  { batchId, mark }: OrderedPart,
  { status, message }: { readonly status: number; readonly message: string },
  { api, house }: Desk,
): string {
  if (status !== NOT_FOUND) return `${api.host} doesn't say how batch ${batchId} stands: ${message}`;
  const { folder } = house.journal;
  return `${api.host} has no batch ${batchId} (${message}): is it the key of another organisation? Its requests are in ${partPath(folder, mark)}; without the folder ${folder} they would be sent again`;
}
