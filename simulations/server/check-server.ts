import type { z } from "zod";
import { SluiceError } from "../../src/errors.js";
import { show } from "../load/problem.js";
import type { ServerSpec } from "../world/plant.js";
import { server } from "./server-schema.js";

/** What is wrong in a server's data, and where. */
export interface ServerProblem {
  readonly path: readonly (string | number)[];
  /** Fits behind the path. */
  readonly message: string;
}

/** Everything that is wrong with what should be a server; what a function makes can't be known before. */
export function problemsOfServer(value: unknown): readonly ServerProblem[] {
  return (server.safeParse(value).error?.issues ?? []).flatMap((issue) => problemsOfIssue(value, issue));
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

function problemsOfIssue(value: unknown, issue: z.core.$ZodIssue): readonly ServerProblem[] {
  const path = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: [...path, key], message: "is no field of it" }));
  }
  const found = path.reduce<unknown>((inner, step) => (isObject(inner) ? Reflect.get(inner, step) : undefined), value);
  if (found === undefined) return [{ path, message: "is missing" }];
  return [{ path, message: `${worded(issue.message)}, got ${show(found)}` }];
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** What zod says of a value, so that it fits behind the name of a field. */
function worded(message: string): string {
  const options = /^Invalid option: expected one of (.*)$/.exec(message)?.[1];
  if (options !== undefined) return `must be one of ${options.replaceAll('"', "'").replaceAll("|", ", ")}`;
  const expected = /[Ee]xpected (?:\w+ to be )?(.*?)(?:, received .*)?$/.exec(message)?.[1];
  return expected === undefined ? message : `must be ${expected.replaceAll(" | ", ", ")}`;
}
