import { rm } from "node:fs/promises";
import { join } from "node:path";
import { plural } from "../words.js";
import type { HostedApi } from "./api.js";
import type { BatchStatus, BatchView } from "./batch-view.js";
import type { OrderedPart, Part } from "./journal.js";
import { Merge, type Merged, type MergeTarget } from "./merge.js";
import type { Told } from "./told.js";

/** Times that a file is fetched before it is tried at the next look. */
const FETCHES_MAX = 3;
/** Times that what is left of a part goes again after its batch has failed for other requests in it. */
const ROUNDS_MAX = 3;

/** What the error lines say of requests whose turn didn't come. */
const NO_TURN: ReadonlySet<string> = new Set(["batch_cancelled", "batch_canceled"]);

/** What a batch has left: `again` has the numbers of lines that must not be ordered again. */
export type Collected = Merged & { readonly again: ReadonlySet<number> | undefined };

/** Brings the results of a batch that has ended into the results file. Rejects where the disk doesn't take them. */
export async function collect(
  part: OrderedPart,
  view: BatchView,
  api: HostedApi,
  target: MergeTarget,
): Promise<Told<Collected>> {
  const merge = new Merge(part, target);
  const isLeft = (code: string): boolean => part.isCancelled === true && NO_TURN.has(code);
  for (const fileId of [view.outputFileId, view.errorFileId]) {
    if (fileId === undefined) continue;
    const path = join(target.folder, `${part.mark}.result.jsonl`);
    const told = await fetchFile(api, fileId, path);
    if (told.kind !== "done") return told;
    await merge.file(path, isLeft);
    await rm(path, { force: true });
  }
  const again = innocentIn(view, part);
  await merge.rest((line) => unansweredBy(view, part, line, again));
  await target.results.sync();
  return { kind: "done", value: { ...merge.merged, again } };
}

async function fetchFile(api: HostedApi, fileId: string, path: string): Promise<Told<true>> {
  for (let fetched = 1; ; fetched += 1) {
    const told = await api.download(fileId, path);
    if (told.kind !== "unknown" || fetched >= FETCHES_MAX) return told;
  }
}

/**
 * A batch that fails before it begins fails for all of its requests: those that nothing is wrong with are ordered again, without
 * the others. So are all of them where the queue was full.
 */
function innocentIn({ status, faults }: BatchView, { round = 0 }: Part): ReadonlySet<number> | undefined {
  if (status !== "failed") return undefined;
  if (isQueueFull({ faults })) return new Set();
  if (round >= ROUNDS_MAX) return undefined;
  const guilty = new Set(faults.flatMap(({ line }) => line ?? []));
  return guilty.size > 0 ? guilty : undefined;
}

/** OpenAI takes an order, and lets it fail where too many tokens wait already. */
export function isQueueFull({ faults }: Pick<BatchView, "faults">): boolean {
  return faults.some(({ code }) => code === "token_limit_exceeded");
}

function unansweredBy(view: BatchView, part: OrderedPart, line: number, again: ReadonlySet<number> | undefined) {
  if (part.isCancelled === true && view.status === "cancelled") return undefined;
  if (again !== undefined && !again.has(line)) return undefined;
  const fault = view.faults.find((each) => each.line === line) ?? view.faults[0];
  if (view.status === "failed" && fault !== undefined) return { code: fault.code, message: fault.message };
  return { code: CODES[view.status], message: `batch ${view.id} ${SAID[view.status]} without an answer to it` };
}

const CODES: Readonly<Record<BatchStatus, string>> = {
  running: "batch_no_result",
  completed: "batch_no_result",
  failed: "batch_failed",
  expired: "batch_expired",
  cancelled: "batch_cancelled",
};

const SAID: Readonly<Record<BatchStatus, string>> = {
  running: "ended",
  completed: "was completed",
  failed: "failed",
  expired: "expired",
  cancelled: "was cancelled",
};

/** What a person hears of a batch that has ended. */
export function sayEnded(
  part: OrderedPart,
  view: BatchView,
  host: string,
  { written, broken, again }: Collected,
): string {
  const why = view.faults.length === 0 ? "" : ` (${view.faults[0]?.message})`;
  const lost = broken === 0 ? "" : `; ${plural(broken, "line")} of its files are no results of ours`;
  const onceMore = again === undefined ? "" : `; ${plural(part.requests - again.size, "request")} are ordered again`;
  const verb = view.status === "running" ? "has ended" : SAID[view.status];
  return `batch ${view.id} at ${host} ${verb}${why}: ${written} of ${plural(part.requests, "result")}${lost}${onceMore}`;
}
