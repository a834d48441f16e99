import { isRecord } from "../../record.js";
import { isReply, type Replacement, type Reply } from "../store.js";

/** Marks what is sluice's among the messages of a program. */
const MARK = "channel/1";

/** What a process or thread asks of the one that holds the store. */
export interface Question {
  readonly sluice: typeof MARK;
  readonly name: string;
  /** Who asks: answers on a broadcast reach everybody. */
  readonly from: number;
  readonly id: number;
  readonly ask: Replacement;
}

/** What it hears. */
export interface Answer {
  readonly sluice: typeof MARK;
  readonly name: string;
  readonly to: number;
  readonly id: number;
  readonly reply: Reply;
}

export function question(parts: Omit<Question, "sluice">): Question {
  return { sluice: MARK, ...parts };
}

export function answer({ name, from, id }: Question, reply: Reply): Answer {
  return { sluice: MARK, name, to: from, id, reply };
}

/** A message as a question to the store of this name; undefined where it is anything else. */
export function toQuestion(message: unknown, name: string): Question | undefined {
  if (!isOurs(message, name) || !isRecord(message["ask"])) return undefined;
  const { key, expected, next, nowMs, ttlMs } = message["ask"];
  const isSound = [key, expected, next].every((text) => typeof text === "string") && isNumber(nowMs) && isNumber(ttlMs);
  return isSound ? (message as unknown as Question) : undefined;
}

/** A message as an answer from the store of this name; undefined where it is anything else. */
export function toAnswer(message: unknown, name: string): Answer | undefined {
  return isOurs(message, name) && isReply(message["reply"]) ? (message as unknown as Answer) : undefined;
}

function isOurs(message: unknown, name: string): message is Record<string, unknown> {
  return isRecord(message) && message["sluice"] === MARK && message["name"] === name && isNumber(message["id"]);
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
