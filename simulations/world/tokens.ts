import type { Random } from "../../src/random.js";
import { logNormal } from "../random.js";
import type { Wish } from "./request.js";

/** How many tokens requests take: the input is known when they are sent, the output only when they have ended. */
export interface TokenSpec {
  readonly input: LengthSpec;
  readonly output: LengthSpec;
  /**
   * What the client believes that the output will be, as a factor on its true mean: 1 is right on average, 0 forgets the
   * output. Default 1.
   */
  readonly estimate?: number;
  /** Most that an output may have. Default: none. */
  readonly outputMax?: number;
  /** What the server charges for output when a request arrives: nothing (default), or `outputMax`, giving back the difference. */
  readonly charges?: "nothing" | "outputMax";
}

/** A length in tokens: always the same, or drawn from a log-normal with this median and sigma. */
export type LengthSpec = number | { readonly median: number; readonly sigma: number };

/** Draws what requests cost. */
export function createTokens(spec: TokenSpec, random: Random): () => Pick<Wish, "cost" | "charged" | "settled"> {
  const { estimate = 1, outputMax = Number.POSITIVE_INFINITY } = spec;
  const believed = Math.min(outputMax, Math.round(estimate * meanOf(spec.output)));
  const chargedFirst = spec.charges === "outputMax" && outputMax < Number.POSITIVE_INFINITY ? outputMax : 0;
  return () => {
    const input = draw(spec.input, random);
    const output = Math.min(outputMax, draw(spec.output, random));
    return {
      cost: { tokens: input + believed },
      charged: { tokens: input + chargedFirst },
      settled: { tokens: output - chargedFirst },
    };
  };
}

function draw(length: LengthSpec, random: Random): number {
  return Math.round(typeof length === "number" ? length : logNormal(random, length));
}

function meanOf(length: LengthSpec): number {
  return typeof length === "number" ? length : length.median * Math.exp((length.sigma * length.sigma) / 2);
}
