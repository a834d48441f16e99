import type { Dimension } from "../cost.js";
import type { Signal } from "../signal/signal.js";
import type { Verdict } from "./controller.js";

/** One budget that a request drew on. */
export interface Draw {
  readonly dimension: Dimension;
  readonly scope?: string;
  /** Sends that were predicted to be left for this request: `predictedLevel` of its stamp. */
  readonly level?: number;
}

export interface Routing {
  /** One for each draw, in order. */
  readonly verdicts: readonly Verdict[];
  /** A refusal names what has no budget yet. */
  readonly birth?: { readonly dimension: Dimension; readonly scope?: string };
}

/** A budget with this many sends left, or fewer, had predicted the refusal. */
const PREDICTED_MAX = 1.5;

/**
 * Whom a response concerns. An accept is good news for all; a refusal is bad news for one budget alone, or each would be
 * cut for what another refused; the rest of them learnt nothing.
 */
export function route(signal: Signal, draws: readonly Draw[]): Routing {
  switch (signal.outcome) {
    case "accepted":
      return { verdicts: draws.map(() => "accepted") };
    case "throttled":
      return routeRefusal(signal, draws);
    case "overloaded":
      return only(draws, narrowest(draws, "requests"), "soft");
    case "saturated":
      return routeSaturation(draws);
    // A spent quota gates the key and says nothing of the rate; a failure says nothing of limits.
    case "exhausted":
    case "failed":
      return only(draws, -1, "void");
    default:
      return signal.outcome satisfies never;
  }
}

function routeRefusal({ refused }: Signal, draws: readonly Draw[]): Routing {
  if (refused === undefined) return only(draws, unnamed(draws), "refused");
  // What could never have fitted says nothing of how much is left.
  if (refused.neverFits === true) return only(draws, -1, "void");
  if (refused.dimension === "concurrency") return routeSaturation(draws);
  const named = find(draws, refused.dimension, refused.scope);
  if (named >= 0) return only(draws, named, "refused");
  const { dimension, scope } = refused;
  return { ...only(draws, -1, "void"), birth: scope === undefined ? { dimension } : { dimension, scope } };
}

function routeSaturation(draws: readonly Draw[]): Routing {
  const own = draws.findIndex((draw) => draw.dimension === "concurrency");
  return only(draws, own >= 0 ? own : narrowest(draws, "requests"), "saturated");
}

/** The budget whose level foretold the refusal; where none did, the request rate. */
function unnamed(draws: readonly Draw[]): number {
  let found = -1;
  let least = PREDICTED_MAX;
  draws.forEach((draw, index) => {
    if (draw.level === undefined || draw.level > least) return;
    found = index;
    least = draw.level;
  });
  return found >= 0 ? found : narrowest(draws, "requests");
}

function find(draws: readonly Draw[], dimension: Dimension, scope: string | undefined): number {
  if (scope === undefined) return narrowest(draws, dimension);
  return draws.findIndex((draw) => draw.dimension === dimension && draw.scope === scope);
}

/** A key's own budget has no scope, and is narrower than one that it shares. */
function narrowest(draws: readonly Draw[], dimension: Dimension): number {
  const own = draws.findIndex((draw) => draw.dimension === dimension && draw.scope === undefined);
  return own >= 0 ? own : draws.findIndex((draw) => draw.dimension === dimension);
}

function only(draws: readonly Draw[], chosen: number, verdict: Verdict): Routing {
  return { verdicts: draws.map((_, index) => (index === chosen ? verdict : "void")) };
}
