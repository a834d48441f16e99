import type { RequestOptions, SluiceOptions } from "../options.js";
import type { HttpJob, HttpJobParts } from "./http-job.js";
import type { HttpView } from "./http-view.js";

const NONE: readonly string[] = [];

/** Another way for a request whose model is overloaded. */
export interface Detour {
  /** Models to ask instead, in order: one at least. */
  readonly models: readonly string[];
  /** What was asked of the request beside. */
  readonly own: RequestOptions | undefined;
  readonly startedAtMs: number;
}

/** Makes the jobs of a caller whom another job has let go of. */
export interface Heir<View extends HttpView> {
  job(parts: HttpJobParts<View>): HttpJob;
  fail(error: unknown): void;
}

/** The models that may be asked where a request's own is overloaded, in order: none where it can't be asked of another. */
export function othersFor(view: HttpView, fallback: SluiceOptions["fallback"]): readonly string[] {
  if (fallback === undefined || !view.canRepeat) return NONE;
  const { model } = view;
  const others = model !== undefined && Object.hasOwn(fallback, model) ? fallback[model] : undefined;
  return others !== undefined && view.isModelInBody ? others : NONE;
}

/** Asks the next model in the place of one that is overloaded, with what is left of the deadline. */
export async function takeDetour<View extends HttpView>(
  from: HttpJob<View>,
  { models: [next = "", ...others], own, startedAtMs }: Detour,
  heir: Heir<View>,
): Promise<void> {
  try {
    const { house, within, deadlineMs } = from;
    const view = from.view.withModel(next) as View | undefined;
    if (view === undefined) throw new Error("BUG: the model that a body names has no place in it");
    const left = remainingOf(own, deadlineMs, house.clock.now() - startedAtMs);
    const key = await house.appraiser.keyOf(view, left);
    const message = `${from.view.model} is overloaded: the request goes to ${next}, by the option fallback`;
    house.submitter.advise({ code: "fallback", key, message });
    heir.job({ house, view, within, key, own: left, others }).submit();
  } catch (error) {
    heir.fail(error);
  }
}

/** What is left of a deadline that began to run `sinceMs` ago. */
function remainingOf(own: RequestOptions | undefined, deadlineMs: number, sinceMs: number): RequestOptions | undefined {
  return deadlineMs === Infinity ? own : { ...own, deadlineMs: Math.max(0, deadlineMs - sinceMs) };
}
