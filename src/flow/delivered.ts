import type { Cost, Dimension } from "../cost.js";

const DELIVERED_BINS = 10;

/** What was let in over the last ten seconds, by what was estimated: the first guess for a budget that a refusal brings to light. */
export class Delivered {
  readonly #bins: { second: number; cost: Record<string, number> }[] = [];

  /** Notes an accepted request of this estimated cost. */
  add(cost: Cost, nowMs: number): void {
    const second = Math.floor(nowMs / 1_000);
    let bin = this.#bins.at(-1);
    if (bin === undefined || bin.second !== second) {
      bin = { second, cost: {} };
      this.#bins.push(bin);
      while ((this.#bins[0]?.second ?? second) <= second - DELIVERED_BINS) this.#bins.shift();
    }
    bin.cost["requests"] = (bin.cost["requests"] ?? 0) + (cost.requests ?? 1);
    for (const dimension in cost)
      if (dimension !== "requests") bin.cost[dimension] = (bin.cost[dimension] ?? 0) + (cost[dimension] ?? 0);
  }

  /** Units a second over the span that is known. */
  ratePerSecond(dimension: Dimension, nowMs: number): number {
    const second = Math.floor(nowMs / 1_000);
    let units = 0;
    let first = second;
    for (const bin of this.#bins) {
      if (bin.second <= second - DELIVERED_BINS) continue;
      first = Math.min(first, bin.second);
      units +=
        dimension === "tokens" && bin.cost["tokens"] === undefined
          ? (bin.cost["inputTokens"] ?? 0) + (bin.cost["outputTokens"] ?? 0)
          : (bin.cost[dimension] ?? 0);
    }
    return units / (second - first + 1);
  }
}
