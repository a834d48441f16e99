import type { Scenario } from "../world/scenario.js";

/** Which way a limit goes. */
export type Way = "up" | "down";

/**
 * Which ways the limit of requests goes at a scenario's `changesMs`, where its schedule alone says so; undefined where something
 * else moves a limit too, or where no move is written for one of the instants.
 */
export function scriptedWays({ server, changesMs = [] }: Scenario): ReadonlySet<Way> | undefined {
  const { limit, schedule = [], waves = [], neighbours = [] } = server;
  if (waves.length + neighbours.length > 0) return undefined;
  const first = (limit as { readonly requestsPerSecond?: unknown }).requestsPerSecond;
  if (typeof first !== "number") return undefined;
  const ways = new Set<Way>();
  const open = new Set(changesMs);
  let before = first;
  for (const { atMs, requestsPerSecond: after, model, capacityPerSecond } of [...schedule].sort(byInstant)) {
    if (model !== undefined || capacityPerSecond !== undefined || after === null) return undefined;
    if (after === undefined) continue;
    if (open.delete(atMs) && after !== before) ways.add(after > before ? "up" : "down");
    before = after;
  }
  return open.size > 0 ? undefined : ways;
}

function byInstant(one: { readonly atMs: number }, other: { readonly atMs: number }): number {
  return one.atMs - other.atMs;
}
