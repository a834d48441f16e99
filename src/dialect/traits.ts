import type { Dimension } from "../cost.js";
import type { LimitTraits } from "../signal/signal.js";
import type { Dialect } from "./dialect.js";

const NONE: LimitTraits = {};

/**
 * What is known of a dialect's limits that its responses don't say. The traits of all its quotas, those of the
 * dimension, and those of the scope are laid over one another: the more special one wins. A server of which nothing is
 * known has none.
 */
export function traitsOf(dialect: Dialect, dimension: Dimension, scope?: string): LimitTraits {
  let traits = NONE;
  for (const row of dialect.traits ?? []) {
    if (row.dimension !== undefined && row.dimension !== dimension) continue;
    if (row.scope !== undefined && row.scope !== scope) continue;
    traits = traits === NONE ? row.traits : { ...traits, ...row.traits };
  }
  return traits;
}
