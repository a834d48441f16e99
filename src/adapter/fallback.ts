import type { RequestOptions, SluiceOptions } from "../options.js";
import type { RequestView } from "./request.js";

const NONE: readonly string[] = [];

/** The models that may be asked where a request's own is overloaded, in order: none where it can't be asked of another. */
export function othersFor(view: RequestView, fallback: SluiceOptions["fallback"]): readonly string[] {
  if (fallback === undefined || !view.canRepeat) return NONE;
  const { model } = view;
  const others = model !== undefined && Object.hasOwn(fallback, model) ? fallback[model] : undefined;
  return others !== undefined && view.isModelInBody ? others : NONE;
}

/** What is left of a deadline that began to run `sinceMs` ago. */
export function remainingOf(
  own: RequestOptions | undefined,
  deadlineMs: number,
  sinceMs: number,
): RequestOptions | undefined {
  return deadlineMs === Infinity ? own : { ...own, deadlineMs: Math.max(0, deadlineMs - sinceMs) };
}
