import type { JsonPath } from "./json-places.js";

/** What is wrong with a scenario, and where in it. */
export interface Problem {
  readonly path: JsonPath;
  /** Fits behind the path: `must be above 0, got -1`. */
  readonly message: string;
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
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  const text = typeof value === "string" ? `'${value}'` : String(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
