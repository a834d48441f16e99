import { SluiceError } from "../../src/errors.js";
import { isObject } from "../load/field.js";
import { problemsIn } from "../load/fields.js";
import { hintOf } from "../load/hint.js";
import type { JsonPath } from "../load/places.js";
import { type Problem, show } from "../load/problem.js";
import type { ServerSpec } from "../world/plant.js";
import { server } from "./server-schema.js";

/** Everything that is wrong with what should be a server; what a function makes can't be known before. */
export function problemsOfServer(value: unknown): readonly Problem[] {
  return problemsIn(server, value, (message, path) => wordedAt(value, message, path));
}

/**
 * Checks a server that a program or a file describes.
 *
 * @throws SluiceError `ERR_SLUICE_OPTION` that names each wrong field, its range and its value
 */
export function checkServerSpec(value: unknown): ServerSpec {
  const problems = problemsOfServer(value);
  if (problems.length === 0) return value as ServerSpec;
  const lines = problems.map(({ path, message }) => `${["server", ...path].join(".")} ${message}`);
  throw new SluiceError("ERR_SLUICE_OPTION", lines.join("\n"));
}

/** What was expected of a field, and what it was. */
export function wordedAt(value: unknown, message: string, path: JsonPath): string {
  const found = path.reduce<unknown>((inner, step) => (isObject(inner) ? Reflect.get(inner, step) : undefined), value);
  if (found === undefined) return "is missing";
  const must = worded(message);
  return `${must}, got ${show(found)}${typeof found === "string" ? hintOf(found, namesIn(must)) : ""}`;
}

/** The names of which one was expected, if it is a name that was. */
function namesIn(must: string): readonly string[] {
  const names = /^must be (?:one of (.*)|('.*'))$/
    .exec(must)
    ?.slice(1)
    .find((list) => list !== undefined);
  return names === undefined ? [] : names.replaceAll("'", "").split(", ");
}

/** What zod says of a value, so that it fits behind the name of a field. */
function worded(message: string): string {
  const options = /^Invalid option: expected one of (.*)$/.exec(message)?.[1];
  if (options !== undefined) return `must be one of ${options.replaceAll('"', "'").replaceAll("|", ", ")}`;
  const expected = /[Ee]xpected (?:\w+ to be )?(.*?)(?:, received .*)?$/.exec(message)?.[1];
  return expected === undefined ? message : `must be ${expected.replaceAll(" | ", ", ")}`;
}
