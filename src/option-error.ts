import type * as z from "zod/mini";
import { SluiceError } from "./errors.js";

/** The longest name of an option has 22 characters. */
const NAME_LENGTH_MAX = 32;

/** Longer texts aren't repeated in a message: a key that was put where it doesn't belong would end in somebody's log. */
const SHOWN_MAX = 20;

/**
 * Holds a value to a schema.
 *
 * @throws SluiceError `ERR_SLUICE_OPTION` naming the option, its range and the value that was given.
 */
export function check<Schema extends z.ZodMiniType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  if (issue === undefined) throw new SluiceError("ERR_SLUICE_OPTION", "the options are not valid");
  const { path, range } = faultOf(issue);
  const place = path.map((part) => shorten(String(part))).join(".");
  if (issue.code === "unrecognized_keys") {
    const name = shorten(issue.keys[0] ?? "");
    throw new SluiceError("ERR_SLUICE_OPTION", `unknown option ${place === "" ? name : `${place}.${name}`}`);
  }
  return refuse(place === "" ? "options" : place, range, at(value, path));
}

/** Where the fault is, and what should stand there. Of what may be a function too, it may lie within what is none. */
function faultOf(issue: z.core.$ZodIssue): { readonly path: readonly PropertyKey[]; readonly range: string } {
  const inner = issue.code === "invalid_union" ? issue.errors.at(-1)?.[0] : undefined;
  if (inner === undefined) return { path: issue.path, range: rangeOf(issue) ?? "an object" };
  const range = rangeOf(inner) ?? "a value";
  return { path: [...issue.path, ...inner.path], range: inner.path.length === 0 ? `a function or ${range}` : range };
}

function rangeOf(issue: z.core.$ZodIssue): string | undefined {
  if (issue.code === "custom") return String(issue.params?.["range"]);
  if (issue.code === "invalid_type") return `${/^[aeiou]/.test(issue.expected) ? "an" : "a"} ${issue.expected}`;
  return undefined;
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((inner, name) => (inner as Record<PropertyKey, unknown> | undefined)?.[name], value);
}

/** @throws SluiceError `ERR_SLUICE_OPTION` */
export function refuse(name: string, range: string, value: unknown): never {
  throw new SluiceError("ERR_SLUICE_OPTION", `${name} must be ${range}, got ${show(value)}`);
}

/** Bounded, and never a secret's worth of text. */
function show(value: unknown): string {
  switch (typeof value) {
    case "object":
      return value === null ? "null" : Array.isArray(value) ? "an array" : "an object";
    case "string":
      return value.length > SHOWN_MAX ? `a text of ${value.length} characters` : JSON.stringify(value);
    case "number":
    case "boolean":
    case "undefined":
      return String(value);
    default:
      return `a ${typeof value}`;
  }
}

/** The name of an option that isn't one. */
function shorten(name: string): string {
  return name.length > NAME_LENGTH_MAX ? `${name.slice(0, NAME_LENGTH_MAX)}…` : name;
}
