import type { Random } from "../../src/random.js";
import { logNormal } from "../random.js";
import type { Wish } from "./request.js";
import { createTokens, type TokenSpec } from "./tokens.js";

/** One kind of request in a workload. */
export interface RequestSpec {
  /** How much of the workload it is, relative to the other kinds; a list moves it with time. Default 1. */
  readonly share?: number | readonly ShareStep[];
  /** The model asked. Default: the workload's. */
  readonly model?: string;
  /** Higher goes first. Default: none given. */
  readonly priority?: number;
  readonly tenant?: string;
  /** Since it was asked for, in milliseconds. */
  readonly deadlineMs?: number;
  readonly tokens?: TokenSpec;
  /** Users who go away before they have their answer. */
  readonly impatient?: readonly ImpatienceSpec[];
}

/** From an instant on, a kind has this share. */
export interface ShareStep {
  readonly atMs: number;
  readonly share: number;
}

/** Some users go away. */
export interface ImpatienceSpec {
  /** How many, as a part of all, in (0, 1]. */
  readonly share: number;
  /** After how many milliseconds, in the median; half of them between 0.7 and 1.4 times that. */
  readonly afterMs: number;
  /** From when they count: since they asked (default), or since their request was really sent. */
  readonly since?: "asked" | "sent";
}

/** Sigma of the log-normal of their patience. */
const PATIENCE_SIGMA = 0.5;

/** Draws requests. */
export interface Mix {
  readonly models: readonly string[];
  wish(nowMs: number): Wish;
}

/** Makes what describes the requests of a workload. */
export function createMix(specs: RequestSpec | readonly RequestSpec[], model: string, random: Random): Mix {
  const kinds = (isList(specs) ? specs : [specs]).map((spec) => createKind(spec, model, random));
  const models = [...new Set(kinds.map((kind) => kind.model))];
  const [only] = kinds;
  if (kinds.length === 1 && only !== undefined) return { models, wish: only.wish };
  return {
    models,
    wish(nowMs) {
      let left = random() * kinds.reduce((sum, kind) => sum + kind.shareAt(nowMs), 0);
      const drawn = kinds.find((kind) => {
        left -= kind.shareAt(nowMs);
        return left < 0;
      });
      const kind = drawn ?? only;
      if (kind === undefined) throw new Error("BUG: a mixture of nothing");
      return kind.wish();
    },
  };
}

interface Kind {
  readonly model: string;
  shareAt(nowMs: number): number;
  wish(): Wish;
}

function createKind(spec: RequestSpec, defaultModel: string, random: Random): Kind {
  const { share = 1, model = defaultModel, tokens, impatient = [] } = spec;
  const traits = {
    model,
    ...(spec.priority !== undefined && { priority: spec.priority }),
    ...(spec.tenant !== undefined && { tenant: spec.tenant }),
    ...(spec.deadlineMs !== undefined && { deadlineMs: spec.deadlineMs }),
  };
  const plain: Wish = { ...traits, cost: {}, charged: {}, settled: {} };
  const drawTokens = tokens && createTokens(tokens, random);
  const draw = (): Wish => ({
    ...(drawTokens === undefined ? plain : { ...traits, ...drawTokens() }),
    ...patienceOf(impatient, random),
  });
  return {
    model,
    shareAt: typeof share === "number" ? () => share : (nowMs) => shareAt(share, nowMs),
    // Where nothing is drawn, all are the same one.
    wish: drawTokens === undefined && impatient.length === 0 ? () => plain : draw,
  };
}

function patienceOf(
  specs: readonly ImpatienceSpec[],
  random: Random,
): Pick<Wish, "cancelAfterMs" | "cancelAfterSentMs"> {
  if (specs.length === 0) return {};
  let left = random();
  for (const { share, afterMs, since = "asked" } of specs) {
    left -= share;
    if (left >= 0) continue;
    const patienceMs = logNormal(random, { median: afterMs, sigma: PATIENCE_SIGMA });
    return since === "asked" ? { cancelAfterMs: patienceMs } : { cancelAfterSentMs: patienceMs };
  }
  return {};
}

function shareAt(steps: readonly ShareStep[], nowMs: number): number {
  return steps.findLast(({ atMs }) => atMs <= nowMs)?.share ?? 0;
}

function isList(specs: RequestSpec | readonly RequestSpec[]): specs is readonly RequestSpec[] {
  return Array.isArray(specs);
}
