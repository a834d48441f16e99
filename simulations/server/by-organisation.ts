import type { Limit } from "./limit.js";

/** Gives some organisations limits of their own; all others have the standard one. */
export function byOrganisation(standard: Limit, own: ReadonlyMap<string, Limit>): Limit {
  const limitOf = (organisation: string): Limit => own.get(organisation) ?? standard;
  return {
    admit: (nowMs, arrival) => limitOf(arrival.key).admit(nowMs, arrival),
    waitMs: (nowMs, arrival) => limitOf(arrival.key).waitMs(nowMs, arrival),
    settle: (nowMs, arrival) => limitOf(arrival.key).settle(nowMs, arrival),
    change(nowMs, change) {
      const { organisation } = change;
      const moved = organisation === undefined ? [standard, ...own.values()] : [limitOf(organisation)];
      for (const limit of moved) limit.change(nowMs, change);
    },
    allowed: (nowMs, key) => limitOf(key).allowed(nowMs, key),
    quotas: (nowMs, key) => limitOf(key).quotas(nowMs, key),
  };
}
