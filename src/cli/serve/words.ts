import type { z } from "zod";
import { problemsIn } from "../../../simulations/load/fields.js";
import { pathText } from "../../../simulations/load/problem.js";
import { wordedAt } from "../../../simulations/server/check-server.js";
import { UsageError } from "../command.js";
import { readDuration } from "./duration.js";

/** What stands behind an option that describes something: `status-503:0.02,from=10s,model=m`. */
export interface Words {
  /** Before the first colon. */
  readonly kind: string;
  /** Behind it. */
  readonly value: string | undefined;
  /** The rest, by name. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** How a field reads: what it is called where it goes, and what its text means. */
export type Fields = Readonly<Record<string, readonly [name: string, read: (text: string) => unknown]>>;

/** When something begins and ends. */
export const TIMES: Fields = { from: ["fromMs", durationIn], until: ["untilMs", durationIn] };

/** @throws UsageError that quotes what can't be read, and names the fields that there are */
export function readWords(option: string, text: string, known: Fields): Words {
  const [head = "", ...rest] = text.split(",");
  const [, kind = "", value] = /^([^:]*)(?::(.*))?$/.exec(head.trim()) ?? [];
  const fields: Record<string, unknown> = {};
  for (const part of rest) {
    const [, name = "", own = ""] = /^\s*([a-z-]+)\s*=\s*(.*?)\s*$/.exec(part) ?? [];
    const field = Object.hasOwn(known, name) ? known[name] : undefined;
    if (field === undefined) {
      const names = Object.keys(known).map((each) => `${each}=…`);
      throw new UsageError(`--${option} '${text}': can't read '${part.trim()}'; there are ${names.join(", ")}`);
    }
    fields[field[0]] = field[1](own);
  }
  return { kind, value, fields };
}

/** What can't be read stays a text, and is told by the schema that finds it. */
export function durationIn(text: string): unknown {
  return readDuration(text) ?? text;
}

export function numberIn(text: string): unknown {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isNaN(value) ? text : value;
}

/** Holds what an option describes to its schema. @throws UsageError that names the option, the field and its value */
export function checkWords<T>(option: string, text: string, schema: z.ZodType, value: object): T {
  const [problem] = problemsIn(schema, value, (message, path) => wordedAt(value, message, path));
  if (problem === undefined) return value as T;
  throw new UsageError(`--${option} '${text}': ${[pathText(problem.path), problem.message].filter(Boolean).join(" ")}`);
}
