import { defaultSpec, type LimitSpec } from "../../../simulations/server/spec.js";
import type { DynamicRange } from "../../../simulations/server/together.js";
import { dialectOfName } from "../../dialect/catalog.js";
import { traitsOf } from "../../dialect/traits.js";
import { UsageError } from "../command.js";
import { number } from "./number.js";

/** The options of `sluice serve` that say what the limit is, as they were given. */
export interface LimitFlags {
  readonly provider: string;
  readonly limit?: string | undefined;
  readonly tokens?: string | undefined;
  readonly base?: string | undefined;
  readonly cap?: string | undefined;
  readonly "usage-window"?: string | undefined;
  readonly depth?: string | undefined;
  readonly capacity?: string | undefined;
  readonly "in-flight"?: string | undefined;
  readonly shared?: string | undefined;
  readonly attribution?: boolean | undefined;
}

/** Options that only a usage-following limit has. */
const DYNAMIC = ["base", "cap", "usage-window", "attribution"] as const;

const RATE_MAX = 1e9;

/**
 * The limit that the options describe. What wasn't given stays absent, so that the limit's own defaults hold.
 *
 * @throws UsageError that names the option and its value
 */
export function limitOf(flags: LimitFlags): LimitSpec {
  const dialect = dialectOfName(flags.provider);
  const saturation =
    flags["in-flight"] === undefined
      ? {}
      : { inFlightMax: number("in-flight", flags["in-flight"], { isInteger: true }) };
  // An unknown provider is the server's to complain about.
  if (dialect === undefined || dialect.name === "together") return { ...dynamicLimit(flags), ...saturation };
  const stray = DYNAMIC.find((option) => flags[option] !== undefined && flags[option] !== false);
  if (stray !== undefined)
    throw new UsageError(`--${stray} is together's alone: '${dialect.name}' has no dynamic rate`);
  const spec = defaultSpec(traitsOf(dialect, "requests"), {
    ...field("requestsPerSecond", "limit", flags.limit),
    ...field("tokensPerSecond", "tokens", flags.tokens),
    ...field("capacityPerSecond", "capacity", flags.capacity),
    ...saturation,
  });
  return spec.kind === "policer" ? { ...spec, ...field("depthMs", "depth", flags.depth, 1_000) } : spec;
}

/** What the models share, where anything was said of it. Counted by the second, as the rest at Together. */
export function sharedOf({ shared }: Pick<LimitFlags, "shared">): { readonly shared?: LimitSpec } {
  if (shared === undefined) return {};
  return { shared: { kind: "policer", ...field("requestsPerSecond", "shared", shared) } };
}

function dynamicLimit(flags: LimitFlags): LimitSpec {
  const usage = field("usageWindowMs", "usage-window", flags["usage-window"], 1_000);
  if (usage.usageWindowMs === 0) throw new UsageError("--usage-window must be above 0, got '0'");
  return {
    kind: "together",
    requests: flags.limit === undefined ? rangeOf(flags) : fixed("limit", flags.limit),
    mode: flags.attribution ? "attribution" : "strict",
    ...(flags.tokens === undefined ? {} : { tokens: fixed("tokens", flags.tokens) }),
    ...usage,
    ...field("capacityPerSecond", "capacity", flags.capacity),
    ...field("depthMs", "depth", flags.depth, 1_000),
  };
}

function rangeOf(flags: LimitFlags): DynamicRange {
  const { base = 1, cap = 100 } = { ...field("base", "base", flags.base), ...field("cap", "cap", flags.cap) };
  if (base > cap) throw new UsageError(`--base ${base} is above --cap ${cap}`);
  return { base, cap };
}

function fixed(option: string, text: string): DynamicRange {
  const rate = number(option, text, { max: RATE_MAX });
  return { base: rate, cap: rate };
}

/** One field with an option's number in it, or none where the option wasn't given. */
export function field<Name extends string>(
  name: Name,
  option: string,
  text: string | undefined,
  factor = 1,
): Partial<Record<Name, number>> {
  if (text === undefined) return {};
  return { [name]: factor * number(option, text, { max: RATE_MAX }) } as Record<Name, number>;
}
