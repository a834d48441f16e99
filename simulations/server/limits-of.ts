import type { SimulatedModel } from "./catalog.js";
import type { Organisation } from "./organisations.js";
import type { PlatformOptions } from "./platform.js";
import type { ServiceOptions } from "./service-options.js";
import type { SharedQuota } from "./shared.js";
import { createLimit, type LimitSource, type OwnLimits, specIn } from "./spec.js";
import type { HeaderEra } from "./voice.js";

/** What a server's limits depend on beside its options. */
export interface LimitContext {
  readonly models: readonly SimulatedModel[];
  readonly era: HeaderEra;
  /** The limit of a model of which nothing is said. */
  readonly standard: LimitSource;
}

/** Which limit a server has for which model, and for which organisation. */
export function limitsOf(
  options: ServiceOptions,
  { models, era, standard }: LimitContext,
): Pick<PlatformOptions, "limitOf" | "ownLimitsOf" | "sharedOf"> {
  const { organisations = [] } = options;
  const typeOf = new Map(models.map(({ id, type }) => [id, type]));
  const said = (who: Pick<Organisation, "limit" | "limits">, model: string): LimitSource | undefined =>
    named(who.limits, model) ?? named(who.limits, typeOf.get(model)) ?? who.limit;
  const limitOf = (model: string): LimitSource => specIn(era, said(options, model) ?? standard);
  const shared = sharedQuota(options, era);
  return {
    limitOf,
    ownLimitsOf: (model): OwnLimits =>
      new Map(organisations.map((each) => [each.name, specIn(era, said(each, model) ?? limitOf(model))])),
    sharedOf: (model) => (typeOf.get(model) === "image" ? undefined : shared),
  };
}

/** What chat and embeddings share. An organisation may have it alone, or its own of it. */
function sharedQuota(
  { shared, organisations = [], isSharedUnsaid = false }: ServiceOptions,
  era: HeaderEra,
): SharedQuota | undefined {
  if (shared === undefined && organisations.every((each) => each.shared === undefined)) return undefined;
  const standard = specIn(era, shared ?? { kind: "policer" });
  const own = new Map(organisations.map((each) => [each.name, specIn(era, each.shared ?? standard)]));
  return { limit: createLimit(standard, own), isUnsaid: isSharedUnsaid };
}

function named<Value>(values: Readonly<Record<string, Value>> | undefined, name: string | undefined) {
  return values !== undefined && name !== undefined && Object.hasOwn(values, name) ? values[name] : undefined;
}
