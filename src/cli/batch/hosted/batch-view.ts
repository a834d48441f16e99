import { isRecord } from "../../../record.js";
import type { Members } from "../results/members.js";

/** How a batch stands. What isn't one of the other four runs still: it is looked at, waits, is worked on or being cancelled. */
export type BatchStatus = "running" | "completed" | "failed" | "expired" | "cancelled";

/** What was wrong with the file of a batch. */
export interface BatchFault {
  readonly code: string;
  readonly message: string;
  /** Line of the file, from 1, where it is about one. */
  readonly line?: number;
}

/** A batch, whoever told of it. */
export interface BatchView {
  readonly id: string;
  readonly status: BatchStatus;
  readonly inputFileId: string | undefined;
  readonly outputFileId: string | undefined;
  readonly errorFileId: string | undefined;
  /** Share of its requests that were worked off, 0 to 1. */
  readonly workedShare: number;
  readonly faults: readonly BatchFault[];
}

const ENDED: Readonly<Record<string, BatchStatus>> = {
  completed: "completed",
  failed: "failed",
  error: "failed",
  expired: "expired",
  cancelled: "cancelled",
  canceled: "cancelled",
};

/** Reads a batch in OpenAI's form, or Together's, whose answer to an order has it under `job`. Undefined for anything else. */
export function readBatch(value: unknown): BatchView | undefined {
  if (!isRecord(value)) return undefined;
  const batch = isRecord(value["job"]) ? value["job"] : value;
  const { id, status } = batch;
  if (typeof id !== "string" || typeof status !== "string") return undefined;
  return {
    id,
    status: ENDED[status.toLowerCase()] ?? "running",
    inputFileId: textIn(batch, "input_file_id"),
    outputFileId: textIn(batch, "output_file_id"),
    errorFileId: textIn(batch, "error_file_id"),
    workedShare: shareIn(batch),
    faults: faultsIn(batch),
  };
}

/** A page of batches: an object with `data`, or the list alone. Undefined for anything else. */
export function readBatches(
  value: unknown,
): { readonly batches: readonly BatchView[]; readonly nextAfter: string | undefined } | undefined {
  const { data, has_more: hasMore, last_id: lastId } = isRecord(value) ? value : ({ data: value } as Members);
  if (!Array.isArray(data)) return undefined;
  const batches = data.flatMap((each) => readBatch(each) ?? []);
  const last = typeof lastId === "string" ? lastId : batches.at(-1)?.id;
  return { batches, nextAfter: hasMore === true ? last : undefined };
}

function shareIn({ request_counts: counts, progress }: Members): number {
  if (isRecord(counts)) {
    const { total, completed = 0, failed = 0 } = counts;
    return typeof total === "number" && total > 0 ? (Number(completed) + Number(failed)) / total : 0;
  }
  return typeof progress === "number" ? progress / 100 : 0;
}

/** OpenAI lists what is wrong with which line; Together says it in a sentence. */
function faultsIn({ errors, error }: Members): readonly BatchFault[] {
  const list = isRecord(errors) ? errors["data"] : undefined;
  if (Array.isArray(list)) return list.filter(isRecord).map(faultOf);
  if (typeof error !== "string" || error === "") return [];
  const line = /\bline (\d+)\b/i.exec(error)?.[1];
  return [faultOf({ message: error, ...(line !== undefined && { line: Number(line) }) })];
}

function faultOf({ code, message, line }: Members): BatchFault {
  return {
    code: typeof code === "string" ? code : "batch_failed",
    message: typeof message === "string" ? message : "the batch failed",
    ...(typeof line === "number" && { line }),
  };
}

function textIn(members: Members, name: string): string | undefined {
  const value = members[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}
