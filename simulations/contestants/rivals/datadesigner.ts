import type { ClientContext } from "../../world/contestant.js";
import { ConcurrencyLaw } from "./concurrency-law.js";
import type { LawAnswer } from "./law.js";
import { lawRival } from "./law-client.js";

const COOLDOWN_MS = 2_000;
const DECREASE = 0.75;
const SUCCESSES_PER_INCREASE = 25;
/** Where nothing says how many requests its user has in hand. */
const PARALLEL_DEFAULT = 64;

/**
 * The adaptive request admission of NVIDIA NeMo DataDesigner: a concurrency limit that starts at what its user allows,
 * three quarters after a 429, one more after 25 successes in a row; everybody waits for Retry-After, or 2 s.
 *
 * @see NVIDIA-NeMo/DataDesigner, packages/data-designer-engine/src/data_designer/engine/models/request_admission/
 *   controller.py, `_apply_outcome`, and config.py (read at 097a100, 2026)
 */
export const DATADESIGNER = lawRival({
  name: "datadesigner",
  makeLaw: (context) => new DataDesigner(parallelMax(context)),
});

interface Lease {
  /** The limit under which it was admitted. */
  readonly limit: number;
}

class DataDesigner extends ConcurrencyLaw<Lease> {
  readonly #limitMax: number;
  #blockedUntilMs = Number.NEGATIVE_INFINITY;
  #successes = 0;

  constructor(limitMax: number) {
    super(limitMax);
    this.#limitMax = limitMax;
  }

  override waitMs(nowMs: number, inFlight: number): number {
    return nowMs < this.#blockedUntilMs ? this.#blockedUntilMs - nowMs : super.waitMs(nowMs, inFlight);
  }

  onSend(): Lease {
    return { limit: this.limit };
  }

  onAnswer({ nowMs, status, stamp, retryAfterMs }: LawAnswer<Lease>): void {
    if (status === 429) {
      this.#blockedUntilMs = nowMs + (retryAfterMs !== undefined && retryAfterMs > 0 ? retryAfterMs : COOLDOWN_MS);
      this.#successes = 0;
      // Its guard against a burst of 429s: who was admitted under a higher limit doesn't lower it again.
      if (stamp.limit <= this.limit) this.limit = Math.max(1, Math.floor(this.limit * DECREASE));
    } else if (status > 0 && status < 400 && nowMs >= this.#blockedUntilMs) {
      if (++this.#successes < SUCCESSES_PER_INCREASE) return;
      this.#successes = 0;
      this.limit = Math.min(this.#limitMax, this.limit + 1);
    }
  }
}

/** As many at once as its user has in hand. */
function parallelMax({ spec: { workload } }: ClientContext): number {
  const parts = Array.isArray(workload) ? workload : [workload];
  const waiting = parts.map((part) => (typeof part === "object" && part.kind === "saturated" ? part.waiting : 0));
  return Math.max(...waiting) > 0 ? waiting.reduce((sum, each) => sum + each) : PARALLEL_DEFAULT;
}
