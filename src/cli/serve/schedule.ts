import { readFile } from "node:fs/promises";
import type { ScheduledMove } from "../../../simulations/server/move.js";
import { readMoves } from "../../../simulations/server/schema.js";
import { UsageError } from "../command.js";
import { readDuration } from "./duration.js";
import { readFault } from "./faults.js";

/** What a word before `=` moves. */
const FIELDS: Readonly<Record<string, string>> = {
  limit: "requestsPerSecond",
  tokens: "tokensPerSecond",
  shared: "sharedPerSecond",
  capacity: "capacityPerSecond",
  "in-flight": "inFlightMax",
  outage: "outageMs",
  latency: "latency",
  fault: "fault",
};

/**
 * Reads `--schedule`: inline, such as `10s:4,30s:capacity=2,1m:none,90s:outage=5s,2m:fault=status-500:0.1`, or the name of a
 * JSON file with a list of moves.
 *
 * @throws UsageError that quotes what can't be read
 */
export async function readSchedule(text: string): Promise<readonly ScheduledMove[]> {
  const isInline = /^\s*[\d.]+(ms|s|m|h)?\s*:/.test(text);
  const json = isInline ? text.split(",").map(readInline) : await readJson(text);
  const read = readMoves(json);
  if ("error" in read) throw new UsageError(`--schedule ${quote(text)}: ${read.error}`);
  return read.moves;
}

function readInline(part: string): unknown {
  const [, at, field = "limit", value] = /^\s*([^:]+):\s*(?:([a-z-]+)\s*=)?\s*(\S+)\s*$/.exec(part) ?? [];
  const name = FIELDS[field];
  const atMs = readDuration(at ?? "");
  if (atMs === undefined || name === undefined || value === undefined) {
    throw new UsageError(`--schedule: can't read ${quote(part)}; write it as 10s:4 or 10s:capacity=4`);
  }
  return { atMs, [name]: amountOf(name, value, part) };
}

function amountOf(name: string, value: string, part: string): unknown {
  if (name === "fault") return value === "none" ? null : readFault(value, "schedule");
  const amount = name === "outageMs" ? readDuration(value) : value === "none" ? null : Number(value);
  if (amount === undefined || Number.isNaN(amount)) {
    throw new UsageError(`--schedule: ${quote(value)} in ${quote(part)} is not an amount`);
  }
  return name === "latency" ? { firstByteMs: amount } : amount;
}

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      `--schedule ${quote(file)}: no such file can be read (${error.code}), nor is it like 10s:4,20s:8`,
    );
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`--schedule ${quote(file)}: not JSON: ${error instanceof Error ? error.message : error}`);
  }
}

function quote(text: string): string {
  return `'${text}'`;
}
