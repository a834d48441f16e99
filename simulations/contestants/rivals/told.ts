import type { ClientContext } from "../../world/contestant.js";

/** So many calls in so many milliseconds, as limiters are configured. */
export interface ToldLimit {
  readonly calls: number;
  readonly intervalMs: number;
}

/**
 * What a careful user configures who knows the limit at this moment and how many share it: a whole number of calls in the
 * interval nearest to a second that makes it exact. Undefined where nothing limits the rate.
 */
export function toldLimit({ oracle, scenario, spec }: ClientContext, model: string): ToldLimit | undefined {
  const organisation = spec.organisation ?? "one";
  const peers = scenario.clients?.filter((each) => (each.organisation ?? "one") === organisation).length ?? 1;
  const perSecond = oracle.limitPerSecond(model) / Math.max(1, peers);
  if (!Number.isFinite(perSecond) || perSecond <= 0) return undefined;
  const calls = Math.max(1, Math.floor(perSecond));
  return { calls, intervalMs: (1_000 * calls) / perSecond };
}

/** Makes one of something for each model, when it is first asked. */
export function perModel<Made>(make: (model: string) => Made): (model: string) => Made {
  const made = new Map<string, Made>();
  return (model) => {
    const known = made.get(model);
    if (known !== undefined) return known;
    const fresh = make(model);
    made.set(model, fresh);
    return fresh;
  };
}
