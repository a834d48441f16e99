import { type BatchRequest, duplicate, isProblem, type Problem, parseBatchLine } from "./batch-line.js";
import { IdTable } from "./id-table.js";
import { type Line, readLines } from "./lines.js";
import type { Past } from "./past.js";

/** What is to be done with one line of a requests file. */
export type Task =
  | { readonly kind: "send"; readonly request: BatchRequest; readonly bytes: number }
  | { readonly kind: "problem"; readonly problem: Problem };

/** How much there is to do for one model. */
export interface ModelTotal {
  /** Requests of this model, in this run and in earlier ones. */
  total: number;
  /** Of them, those that have their results from earlier runs. */
  done: number;
}

/** What a first look at the whole file has found. */
export interface Survey {
  readonly models: ReadonlyMap<string, ModelTotal>;
  /** The first few problems, in order. */
  readonly problems: readonly Problem[];
  readonly problemCount: number;
  /** Lines that repeat the id of an earlier one, and which that was. */
  readonly duplicates: ReadonlyMap<number, number>;
  /** Results of earlier runs that belong to no line of this file. */
  readonly strangers: number;
}

const PROBLEMS_SHOWN_MAX = 10;

/** Opens the requests file from its start, as often as it is asked. */
export type Open = () => AsyncIterable<Uint8Array>;

/** Reads the file once before anything is sent: what is wrong with it is known early, and so is how much there is to do. */
export async function survey(open: Open, past: Past, signal?: AbortSignal): Promise<Survey> {
  const ids = new IdTable();
  const models = new Map<string, ModelTotal>();
  const problems: Problem[] = [];
  const duplicates = new Map<number, number>();
  let problemCount = 0;
  let known = 0;
  const report = (problem: Problem): void => {
    problemCount += 1;
    if (problems.length < PROBLEMS_SHOWN_MAX) problems.push(problem);
  };
  for await (const line of readLines(open())) {
    if (signal?.aborted) break;
    const parsed = parseBatchLine(line);
    if (parsed === undefined) continue;
    if (isProblem(parsed)) {
      report(parsed);
      continue;
    }
    const firstLine = ids.claim(parsed.customId, line.number);
    if (firstLine !== 0) {
      duplicates.set(line.number, firstLine);
      report(duplicate(parsed, firstLine));
      continue;
    }
    const model = models.get(parsed.model) ?? { total: 0, done: 0 };
    models.set(parsed.model, model);
    model.total += 1;
    if (past.done.has(parsed.customId)) {
      model.done += 1;
      known += 1;
    }
  }
  return { models, problems, problemCount, duplicates, strangers: past.done.size - known };
}

/** Reads the file again, and gives what there is still to do. */
export async function* readTasks(open: Open, found: Survey, past: Past): AsyncGenerator<Task> {
  for await (const line of readLines(open())) {
    const task = toTask(line, found);
    if (task === undefined) continue;
    if (task.kind === "send" && past.done.has(task.request.customId)) continue;
    if (task.kind === "problem" && past.reported.has(`${task.problem.line}:${task.problem.code}`)) continue;
    yield task;
  }
}

function toTask(line: Line, { duplicates }: Survey): Task | undefined {
  const parsed = parseBatchLine(line);
  if (parsed === undefined) return undefined;
  if (isProblem(parsed)) return { kind: "problem", problem: parsed };
  const firstLine = duplicates.get(line.number);
  if (firstLine !== undefined) return { kind: "problem", problem: duplicate(parsed, firstLine) };
  return { kind: "send", request: parsed, bytes: line.bytes };
}
