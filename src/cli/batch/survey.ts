import { duplicate, isProblem, type Problem, problemOf, type RoutedRequest } from "./requests/batch-line.js";
import type { Entry, Requests } from "./requests/requests.js";
import { type Past, problemId } from "./results/past.js";
import type { Lane } from "./servers.js";

/** What is to be done with one line of a requests file. */
export type Task = { readonly bytes: number } & (
  | { readonly kind: "send"; readonly request: RoutedRequest }
  | { readonly kind: "problem"; readonly problem: Problem }
);

/** How much there is to do for one model. */
export interface ModelTotal {
  readonly lane: Lane;
  /** The line of the first. */
  readonly line: number;
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
  /** Requests that have their results, and how many of these are failures. */
  readonly doneBefore: number;
  readonly failedBefore: number;
  /** Requests in batches that run. */
  readonly underWay: number;
  /** Results of earlier runs that belong to no line of this file. */
  readonly strangers: number;
}

/** What a survey may do beside counting. */
export interface SurveyOptions {
  /** Takes failed requests for ones that weren't sent. */
  readonly retryFailed?: boolean;
  /** Ends it early. */
  readonly signal?: AbortSignal;
  /** Hears of each request that is still to be sent. */
  readonly onRequest?: (request: RoutedRequest) => void;
}

const PROBLEMS_SHOWN_MAX = 10;

/** Reads the file once before anything is sent: what is wrong with it is known early, and so is how much there is to do. */
export async function survey(
  requests: Requests,
  past: Past,
  { retryFailed = false, signal, onRequest }: SurveyOptions = {},
): Promise<Survey> {
  const models = new Map<string, ModelTotal>();
  const problems: Problem[] = [];
  let problemCount = 0;
  let known = 0;
  let doneBefore = 0;
  let failedBefore = 0;
  let underWay = 0;
  const report = (problem: Problem): void => {
    problemCount += 1;
    if (problems.length < PROBLEMS_SHOWN_MAX) problems.push(problem);
  };
  for await (const { parsed, line } of requests.read()) {
    if (signal?.aborted) break;
    if (isProblem(parsed)) {
      report(parsed);
      continue;
    }
    const firstLine = past.ids.claim(parsed.customId, line);
    if (firstLine !== 0) {
      report(duplicate(parsed, firstLine));
      continue;
    }
    const model = models.get(parsed.lane.name) ?? { lane: parsed.lane, line, total: 0, done: 0 };
    models.set(parsed.lane.name, model);
    model.total += 1;
    const mark = past.ids.markOf(parsed.customId);
    if (mark !== "none") known += 1;
    if (mark === "answered" || (mark === "failed" && !retryFailed)) {
      model.done += 1;
      doneBefore += 1;
      if (mark === "failed") failedBefore += 1;
    } else if (mark === "ordered") underWay += 1;
    else onRequest?.(parsed);
  }
  return { models, problems, problemCount, doneBefore, failedBefore, underWay, strangers: past.done - known };
}

/** What is taken of a file of requests. */
export interface TaskOptions extends Pick<SurveyOptions, "retryFailed"> {
  /** Whose requests. Default: everybody's. */
  readonly takes?: (lane: Lane) => boolean;
  /** Lanes whose model isn't there, and what to tell of that. Default: none. */
  readonly unknown?: ReadonlyMap<string, string>;
  /** Whether problems are told, too. Default: true. */
  readonly takesProblems?: boolean;
}

/** Reads the file again, and gives what there is still to do. */
export async function* readTasks(requests: Requests, past: Past, options: TaskOptions = {}): AsyncGenerator<Task> {
  const { retryFailed = false, takes = () => true, takesProblems = true } = options;
  const isDone = (id: string): boolean => {
    const mark = past.ids.markOf(id);
    return mark === "answered" || mark === "ordered" || (mark === "failed" && !retryFailed);
  };
  for await (const entry of requests.read()) {
    const task = toTask(entry, past, requests.areDistinct ?? false, options.unknown);
    if (task === undefined) continue;
    const isWanted = task.kind === "problem" ? takesProblems : takes(task.request.lane);
    if (isWanted && !isDone(task.kind === "send" ? task.request.customId : problemId(task.problem))) yield task;
  }
}

function toTask(
  { parsed, line, bytes }: Entry,
  { ids }: Past,
  areDistinct: boolean,
  unknown: TaskOptions["unknown"],
): Task | undefined {
  if (isProblem(parsed)) return { kind: "problem", problem: parsed, bytes };
  const firstLine = ids.lineOf(parsed.customId);
  // What has come since the first look is the next run's.
  if (firstLine === 0) return undefined;
  if (firstLine !== line && !areDistinct) return { kind: "problem", problem: duplicate(parsed, firstLine), bytes };
  const why = unknown?.get(parsed.lane.name);
  if (why !== undefined && ids.markOf(parsed.customId) === "none")
    return { kind: "problem", problem: problemOf("model_not_found", parsed, why), bytes };
  return { kind: "send", request: parsed, bytes };
}

/** The same without the models that aren't there: their requests are broken lines. */
export function withoutModels(found: Survey, unknown: ReadonlyMap<string, string>): Survey {
  const models = new Map<string, ModelTotal>();
  const problems = [...found.problems];
  let { problemCount } = found;
  for (const [name, model] of found.models) {
    const why = unknown.get(name);
    if (why === undefined) models.set(name, model);
    else {
      const left = model.total - model.done;
      const more = left > 1 ? ` (and ${left - 1} more)` : "";
      problemCount += left;
      problems.push(problemOf("model_not_found", model, `${why}${more}`));
      if (model.done > 0) models.set(name, { ...model, total: model.done });
    }
  }
  return { ...found, models, problems, problemCount };
}
