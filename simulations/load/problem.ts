import type { z } from "zod";
import type { JsonPath } from "./places.js";

/** What is wrong with a scenario or a part of it, and where. */
export interface Problem {
  readonly path: JsonPath;
  /** Fits behind the path: `must be above 0, got -1`. */
  readonly message: string;
}

/** One problem where something is wrong, none where it isn't. */
export function problemIf(isWrong: boolean, path: JsonPath, message: string): readonly Problem[] {
  return isWrong ? [{ path, message }] : [];
}

/** Problems of a part, as those of the whole. */
export function problemsBehind(place: JsonPath, problems: readonly Problem[]): readonly Problem[] {
  return problems.map(({ path, message }) => ({ path: [...place, ...path], message }));
}

/** A path as people write it: `bounds[0].metric`. */
export function pathText(path: JsonPath): string {
  return path.reduce<string>(
    (text, step) => (typeof step === "number" ? `${text}[${step}]` : text === "" ? step : `${text}.${step}`),
    "",
  );
}

/** A value, short enough for a message. */
export function show(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (value instanceof Promise) return "a promise";
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  const text = typeof value === "string" ? `'${value}'` : String(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

/** How an issue is worded where zod's own words don't do, behind the path of its field. */
export interface Wording {
  /** Of a field that there is none of; `path` is that of its owner. */
  readonly unknown: (field: string, path: JsonPath) => string;
  /** Of anything else. Default: the issue's own message. */
  readonly other?: (message: string, path: JsonPath) => string;
}

/** What zod found, as problems: one for each field that there is none of. */
export function problemsOfIssue(issue: z.core.$ZodIssue, wording: Wording): readonly Problem[] {
  const { unknown, other = (message: string) => message } = wording;
  const path = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
  if (issue.code !== "unrecognized_keys") return [{ path, message: other(issue.message, path) }];
  return issue.keys.map((key) => ({ path: [...path, key], message: unknown(key, path) }));
}
