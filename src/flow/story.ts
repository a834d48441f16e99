import type { Cost } from "../cost.js";
import { isSluiceError } from "../errors.js";
import { nameOfFailure } from "../signal/failure.js";
import type { DroppedEvent, QueuedEvent, ResponseEvent, SettledEvent, WarningEvent } from "./event.js";
import type { Exchange } from "./exchange.js";
import type { LiveTry } from "./try.js";
import type { Waiting } from "./waiting.js";

/** What is told of a request and its tries, as plain data. Made only while somebody listens. */

export function queuedEvent({ lane, job: { target, comeback }, number }: Waiting, nowMs: number): QueuedEvent {
  return {
    type: "queued",
    atMs: nowMs,
    key: lane.key,
    request: number,
    queued: lane.queue.size,
    ...(target === undefined ? {} : { target }),
    ...(comeback === undefined ? {} : { comeback: comeback.count }),
  };
}

export function responseEvent({ live, facts, error, signal, isOwn, nowMs, dice }: Exchange): ResponseEvent {
  const { dialect } = live.waiting.lane;
  return {
    type: "response",
    atMs: nowMs,
    key: live.key,
    request: live.waiting.number,
    attempt: live.number,
    ...(facts === undefined ? {} : { status: facts.status }),
    outcome: signal.outcome,
    latencyMs: nowMs - live.sentAtMs,
    ...(dialect === undefined ? {} : { provider: dialect.name }),
    ...(signal.retryAfterMs === undefined ? {} : { retryAfterMs: signal.retryAfterMs }),
    ...(signal.retryAfterDerived === true ? { retryAfterDerived: true } : {}),
    ...(signal.refused === undefined ? {} : { refused: signal.refused }),
    quotas: signal.quotas,
    ...(error === undefined ? {} : { error: nameOfFailure(error) }),
    ...(isOwn ? { isOwn } : {}),
    ...(dice === undefined ? {} : { dice }),
  };
}

export function settledEvent({ waiting, verdict }: LiveTry, actual: Cost | undefined, nowMs: number): SettledEvent {
  return {
    type: "settled",
    atMs: nowMs,
    key: waiting.lane.key,
    request: waiting.number,
    attempts: waiting.attempts,
    outcome: verdict?.signal.outcome ?? "failed",
    durationMs: nowMs - waiting.startedAtMs,
    ...(actual === undefined ? {} : { actual }),
    ...(verdict?.next === "deliver" && verdict.error !== undefined ? { code: verdict.error.code } : {}),
  };
}

export function droppedEvent(waiting: Waiting, code: DroppedEvent["code"], nowMs: number): DroppedEvent {
  const { lane, job, number, attempts, startedAtMs } = waiting;
  const { target } = job;
  return {
    type: "dropped",
    atMs: nowMs,
    key: lane.key,
    request: number,
    code,
    attempts,
    durationMs: nowMs - startedAtMs,
    ...(target === undefined ? {} : { target }),
  };
}

/** Whose code threw what, and where. */
interface Unreadable {
  readonly key: string;
  readonly whose: string;
  readonly error: unknown;
  readonly atMs: number;
}

/** The error's name alone, unless it is ours: a message may quote what it read. */
export function unreadableEvent({ key, whose, error, atMs }: Unreadable): WarningEvent {
  const what = isSluiceError(error) ? error.message : error instanceof Error ? error.name : typeof error;
  const message = `${whose} failed on a response (${what}): until it is mended, such responses are read without it`;
  return { type: "warning", atMs, key, code: "reading-failed", message };
}
