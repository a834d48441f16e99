import type { Io } from "../command.js";
import type { RunArgs } from "./args.js";
import { createPaint, type Display } from "./display.js";
import { describeEstimate, sumOf } from "./estimate/dry-run.js";
import type { Estimate } from "./estimate/estimate.js";
import type { Plan } from "./hosted/plan.js";
import type { Stop } from "./live/job.js";
import type { Past } from "./results/past.js";
import { type Ending, exitCodeOf, summarize, totalsOf } from "./summary.js";
import type { Survey } from "./survey.js";
import { plural } from "./words.js";

/** What it would take, and the exit code of that. */
export function tellEstimate(
  estimate: Estimate,
  found: Survey,
  { json }: RunArgs,
  { stdout, interrupt, env }: Io,
  plan?: Plan,
): number {
  if (interrupt.aborted) return 130;
  const isLeftOut = (name: string): boolean => !found.models.has(name);
  const lanes = estimate.lanes(isLeftOut);
  const batches = plan?.batches(isLeftOut);
  const more = batches === undefined ? {} : { batches };
  const text = json
    ? `${JSON.stringify({ models: lanes, total: sumOf(lanes), ...more, broken: found.problemCount })}\n`
    : describeEstimate(lanes, createPaint(stdout, env), batches);
  stdout.write(text);
  return found.problemCount > 0 ? 1 : 0;
}

/** What is wrong, what is done, and what there is to do. */
export function tellFindings(found: Survey, past: Past, display: Display): void {
  const { problems, problemCount, models, doneBefore, underWay } = found;
  for (const { message, ...facts } of problems) display.note("problem", message, facts);
  const more = problemCount - problems.length;
  if (more > 0) display.note("problem", `and ${plural(more, "more broken line")}`);
  for (const { path, tornBytes } of past.files) {
    if (tornBytes === 0) continue;
    const what = `the last line of ${path} was cut short (${plural(tornBytes, "byte")}); its request is sent again`;
    display.note("torn", what);
  }
  const total = [...models.values()].reduce((sum, model) => sum + model.total - model.done, -underWay);
  const skipped = `${doneBefore > 0 ? `; ${doneBefore} have their results` : ""}${underWay > 0 ? `; ${underWay} are in batches that run` : ""}`;
  display.note("start", `${plural(total, "request")} to send for ${plural(models.size, "model")}${skipped}`, {
    total,
    before: doneBefore,
  });
}

/** How it ended, and the exit code of that. */
export function tellEnding(ending: Ending, args: RunArgs, display: Display, { stderr }: Io): number {
  const code = exitCodeOf(ending);
  if (ending.stop !== undefined && ending.stop.because !== "interrupted") {
    display.note("error", `sluice run: ${describe(ending.stop)}`);
  }
  const text = summarize(ending);
  if (args.json)
    display.note("summary", text, { ...totalsOf(ending), elapsedMs: Math.round(ending.elapsedMs), exitCode: code });
  else stderr.write(`${text}\n`);
  return code;
}

function describe(stop: Exclude<Stop, { because: "interrupted" }>): string {
  switch (stop.because) {
    case "exhausted":
      return `the quota is exhausted: ${stop.message}`;
    case "unauthorized":
      return `the server doesn't accept the key (401): ${stop.message}`;
    case "unwritable":
      return `cannot write the results: ${stop.message}`;
    case "unreadable":
      return `cannot read the requests: ${stop.message}`;
    case "refused":
      return stop.message;
  }
}
