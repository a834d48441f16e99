import { UsageError } from "../../command.js";
import type { Caps } from "./caps.js";

/** What a user said of hosted batches. */
export interface BatchArgs {
  /** Caps in the place of the provider's. */
  readonly caps: Partial<Caps>;
  /** The first pause between two looks, in milliseconds. */
  readonly pollMs: number;
  /** Only ends what runs. */
  readonly isCancelling: boolean;
}

/** The options of `sluice run` that are about them, as `parseArgs` takes them. */
export const BATCH_OPTIONS = {
  batch: { type: "boolean", default: false },
  "batch-lines": { type: "string" },
  "batch-bytes": { type: "string" },
  "batches-max": { type: "string" },
  "batch-poll": { type: "string" },
  cancel: { type: "boolean", default: false },
} as const;

/** The options, as they were typed. */
export interface BatchFlags {
  readonly batch: boolean;
  readonly "batch-lines"?: string | undefined;
  readonly "batch-bytes"?: string | undefined;
  readonly "batches-max"?: string | undefined;
  readonly "batch-poll"?: string | undefined;
  readonly cancel: boolean;
}

/** What of the other options matters here. */
export interface BesideBatch {
  readonly output: string | undefined;
  readonly ordered: boolean;
  readonly record: string | undefined;
  readonly dryRun: boolean;
}

/** Together asks for 30 to 60 s between two looks; a small batch takes a minute. */
const POLL_SECONDS = 15;

/**
 * What is said of hosted batches; undefined where requests are to be sent one by one.
 *
 * @throws UsageError for an option that makes no sense, or not beside others
 */
export function readBatchArgs(flags: BatchFlags, beside: BesideBatch): BatchArgs | undefined {
  if (!flags.batch) {
    const names = ["batch-lines", "batch-bytes", "batches-max", "batch-poll"] as const;
    const lone = names.find((name) => flags[name] !== undefined) ?? (flags.cancel ? "cancel" : undefined);
    if (lone !== undefined) throw new UsageError(`--${lone} is for hosted batches: say --batch, too`);
    return undefined;
  }
  const { output, ordered, record, dryRun } = beside;
  if (ordered) throw new UsageError("--ordered can't be had with --batch: batches end in any order");
  if (record !== undefined)
    throw new UsageError("--record has nothing to tell of with --batch: the provider sends the requests");
  if (output === undefined && !dryRun) {
    throw new UsageError(
      "--batch needs -o FILE: batches run on without this command, and are found again beside that file",
    );
  }
  if (flags.cancel && dryRun) throw new UsageError("--cancel can't be had with --dry-run, which does nothing");
  return {
    caps: {
      ...cap("linesMax", "batch-lines", flags["batch-lines"]),
      ...cap("bytesMax", "batch-bytes", flags["batch-bytes"]),
      ...cap("batchesMax", "batches-max", flags["batches-max"]),
    },
    pollMs: 1_000 * readSeconds(flags["batch-poll"]),
    isCancelling: flags.cancel,
  };
}

function cap(name: keyof Caps, option: string, text: string | undefined): Partial<Caps> {
  if (text === undefined) return {};
  if (!/^[1-9]\d{0,14}$/.test(text))
    throw new UsageError(`--${option} must be a whole number of 1 or more, got '${text}'`);
  return { [name]: Number(text) };
}

function readSeconds(text: string | undefined): number {
  const seconds = text === undefined ? POLL_SECONDS : Number(text);
  if (text?.trim() === "" || !(seconds >= 0.1 && seconds <= 86_400)) {
    throw new UsageError(`--batch-poll must be seconds from 0.1 to 86400, got '${text}'`);
  }
  return seconds;
}
