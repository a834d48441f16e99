import type { Limit } from "./event.js";
import type { SharedBudget } from "./fold.js";

/** Out of touch, a member keeps to this part of what it had. */
const AWAY_FACTOR = 0.95;

/** Most that a member sends while it is out of touch, in units a second, by budget. */
export type AwayCaps = ReadonlyMap<string, number>;

/** Out of touch, nothing grows above what a member had, or what the server was last known to allow. */
export function awayCaps(budgets: readonly SharedBudget[], fraction: number): AwayCaps {
  return new Map(
    budgets.map(({ state: { law }, ...limit }) => {
      const known = law.anchor > 0 ? Math.min(law.rate, law.anchor) : law.rate;
      return [nameOf(limit), AWAY_FACTOR * fraction * known] as const;
    }),
  );
}

/** What is left of a rate under the caps; one that they don't know is left as it is. */
export function capped(caps: AwayCaps | undefined, limit: Limit, ratePerSecond: number): number {
  return Math.min(ratePerSecond, caps?.get(nameOf(limit)) ?? ratePerSecond);
}

function nameOf({ dimension, scope }: Limit): string {
  return scope === undefined ? dimension : `${dimension}/${scope}`;
}
