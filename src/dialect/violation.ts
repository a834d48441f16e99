import { countOf } from "./count.js";
import type { ProseQuota } from "./prose.js";

/** The quotas that Google's `QuotaFailure` lists: its `quotaId` names the dimension and the window. */
export function quotasInViolations(violations: readonly Readonly<Record<string, unknown>>[]): readonly ProseQuota[] {
  return violations.flatMap((violation) => {
    const name = violation["quotaId"] ?? violation["quotaMetric"];
    if (typeof name !== "string") return [];
    const limit = countOf(violation["quotaValue"]);
    const windowMs = /PerDay/i.test(name) ? 86_400_000 : /PerMinute/i.test(name) ? 60_000 : undefined;
    return [
      {
        dimension: dimensionOf(name),
        ...(limit !== undefined && { limit }),
        // Of a spent day nothing is left; of a minute's tokens something may be, but less than this request needs.
        ...(windowMs === 86_400_000 && { remaining: 0 }),
        ...(windowMs !== undefined && { windowMs }),
      },
    ];
  });
}

function dimensionOf(name: string): string {
  if (/input_?token/i.test(name)) return "inputTokens";
  if (/output_?token/i.test(name)) return "outputTokens";
  return /token/i.test(name) ? "tokens" : "requests";
}
