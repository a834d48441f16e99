import { stat } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Clock, systemClock } from "../../src/clock.js";
import { rememberModule } from "../run/origin.js";
import type { Scenario } from "../world/scenario.js";
import { problemsOf } from "./check.js";
import { JsonError, parsePlacedJson } from "./json-places.js";
import { modulePlaces } from "./module-places.js";
import type { JsonPath, Place } from "./places.js";
import { type Problem, pathText, show } from "./problem.js";
import { readText } from "./read-text.js";
import { placeOfSyntaxError } from "./syntax-place.js";

/** What is wrong with a file of scenarios: a line for each problem, as compilers write them. */
export class ScenarioFileError extends Error {
  override readonly name = "ScenarioFileError";
  /** `file:line:column: what`, or `file: what` where no line is known. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/** A larger one is a mistake, or data that belongs into a file of its own. */
const SIZE_MAX = 16e6;
const ADVICE = "write `export default { name: …, story: …, … }`, or a list of them";
/** How long a module may take to be loaded: one that waits for what never comes would end the process without a word. */
const LOAD_MAX_MS = 30_000;
const MODULES = [".js", ".mjs", ".ts", ".mts"];

/** Whether a text means a file rather than a scenario's name. */
export function looksLikeFile(text: string): boolean {
  return /[/\\]/.test(text) || [".json", ...MODULES].includes(extname(text));
}

/**
 * Reads one scenario or several from a user's own file: `.json`, or a module with a default export.
 *
 * @throws ScenarioFileError that says what is wrong, with its line
 */
export async function loadScenarioFile(file: string, clock: Clock = systemClock): Promise<readonly Scenario[]> {
  const kind = extname(file);
  if (kind !== ".json" && !MODULES.includes(kind)) {
    throw new ScenarioFileError([`${file}: a scenario's file is .json, .js, .mjs or .ts`]);
  }
  const info = await stat(file).catch((error: NodeJS.ErrnoException) => fail(file, `cannot be read: ${error.code}`));
  if (!info.isFile()) fail(file, "is not a file");
  if (info.size > SIZE_MAX) fail(file, `is too large for scenarios, which take ${SIZE_MAX / 1e6} MB at most`);
  const text = (await readText(file)) ?? fail(file, "is not UTF-8");
  const isJson = kind === ".json";
  const { value, placeOf } = isJson ? readJson(file, text) : await readModule(file, text, clock);
  const scenarios = check(file, value, placeOf);
  // What came from a module may have functions in it, which another thread can only load anew.
  if (!isJson) for (const scenario of scenarios) rememberModule(scenario, resolve(file));
  return scenarios;
}

interface Content {
  readonly value: unknown;
  readonly placeOf: (path: JsonPath) => Place | undefined;
}

function readJson(file: string, text: string): Content {
  try {
    return parsePlacedJson(text);
  } catch (error) {
    if (error instanceof JsonError) return fail(file, error.message, error.place);
    throw error;
  }
}

async function readModule(file: string, text: string, clock: Clock): Promise<Content> {
  let module: Readonly<Record<string, unknown>>;
  try {
    module = await inTime(import(pathToFileURL(file).href), clock);
  } catch (error) {
    const place = placeOfError(error, file);
    return fail(file, whyNot(error), place ?? (error instanceof SyntaxError ? placeOfSyntaxError(file) : undefined));
  }
  const value = module["default"];
  if (value === undefined) fail(file, `has no default export; ${ADVICE}`);
  const places = modulePlaces(text);
  const placeOf = (path: JsonPath): Place | undefined => places.placeOf(path);
  if (typeof value === "function" || value instanceof Promise) {
    fail(file, `exports ${show(value)}, not what it makes; ${ADVICE}`, placeOf([]));
  }
  return { value, placeOf };
}

/** What takes too long. */
class NeverEnds {}

/** What `loading` brings. The clock's timer keeps the process alive meanwhile, which nothing else may do. @throws NeverEnds */
function inTime<T>(loading: Promise<T>, clock: Clock): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(LOAD_MAX_MS, () => reject(new NeverEnds()));
    loading.then(resolve, reject).finally(cancel);
  });
}

function whyNot(error: unknown): string {
  if (error instanceof NeverEnds) {
    return `isn't loaded after ${LOAD_MAX_MS / 1_000} s; does it await something that never comes?`;
  }
  if (!(error instanceof Error)) return `threw ${String(error)}`;
  const code = "code" in error ? error.code : undefined;
  if (code !== "ERR_UNKNOWN_FILE_EXTENSION") return `${error.name}: ${error.message}`;
  return `Node ${process.versions.node} can't read TypeScript; 22.18 and later can, or write it as .mjs`;
}

/** Where V8 says that an error happened in this file, if it does: by its URL, or by its path where something else loads modules. */
function placeOfError(error: unknown, file: string): Place | undefined {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const path = resolve(file);
  for (const name of [pathToFileURL(path).href, path]) {
    const at = stack.indexOf(`${name}:`);
    const [, line, column = 1] = /^:(\d+)(?::(\d+))?/.exec(at === -1 ? "" : stack.slice(at + name.length)) ?? [];
    if (line !== undefined) return { line: Number(line), column: Number(column) };
  }
  return undefined;
}

function check(file: string, value: unknown, placeOf: Content["placeOf"]): readonly Scenario[] {
  const isList = Array.isArray(value);
  const list: readonly unknown[] = isList ? value : [value];
  if (list.length === 0) fail(file, "has no scenario in it");
  const names = new Map<unknown, number>();
  const found = list.flatMap((each, index) => {
    const name = (each as { name?: unknown } | null)?.name;
    const isTaken = typeof name === "string" && names.has(name);
    names.set(name, index);
    const problems: readonly Problem[] = [
      ...problemsOf(each),
      ...(isTaken ? [{ path: ["name"], message: `'${name}' is another one's name in this file` }] : []),
    ];
    return problems.map(({ path, message }): Problem => ({ path: isList ? [index, ...path] : path, message }));
  });
  const lines = found
    .map(({ path, message }) => ({ text: [pathText(path), message].filter(Boolean).join(" "), place: placeOf(path) }))
    .sort((a, b) => offsetOf(a.place) - offsetOf(b.place))
    .map(({ text, place }) => lineOf(file, text, place));
  if (lines.length > 0) throw new ScenarioFileError(lines);
  return list as readonly Scenario[];
}

/** Good for sorting alone: from top to bottom. */
function offsetOf(place: Place | undefined): number {
  return place === undefined ? 0 : place.line * 1e6 + place.column;
}

function fail(file: string, message: string, place?: Place): never {
  throw new ScenarioFileError([lineOf(file, message, place)]);
}

function lineOf(file: string, message: string, place: Place | undefined): string {
  return `${file}${place === undefined ? "" : `:${place.line}:${place.column}`}: ${message}`;
}
