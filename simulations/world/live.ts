import type { Cost } from "../../src/cost.js";
import type { SimulatedRequest, Wish } from "./request.js";

/** A request on its way through a world, with what its log needs. */
export class LiveRequest implements SimulatedRequest {
  readonly id: number;
  readonly model: string;
  readonly cost: Cost;
  readonly charged: Cost;
  readonly settled: Cost;
  readonly priority?: number;
  readonly tenant?: string;
  readonly deadlineMs?: number;
  readonly cancelAfterMs?: number;
  readonly cancelAfterSentMs?: number;
  /** Position of its client. */
  readonly client: number;
  attempts = 0;
  /** Since when it could have been sent. */
  freeAtMs: number;
  hasEnded = false;
  /** Called when its first try is sent. */
  onFirstSent?: () => void;
  /** Its user doesn't wait any more: takes back that they go away. */
  patience?: () => void;

  constructor(id: number, client: number, wish: Wish, nowMs: number) {
    this.id = id;
    this.client = client;
    this.model = wish.model;
    this.cost = wish.cost;
    this.charged = wish.charged;
    this.settled = wish.settled;
    if (wish.priority !== undefined) this.priority = wish.priority;
    if (wish.tenant !== undefined) this.tenant = wish.tenant;
    if (wish.deadlineMs !== undefined) this.deadlineMs = wish.deadlineMs;
    if (wish.cancelAfterMs !== undefined) this.cancelAfterMs = wish.cancelAfterMs;
    if (wish.cancelAfterSentMs !== undefined) this.cancelAfterSentMs = wish.cancelAfterSentMs;
    this.freeAtMs = nowMs;
  }
}
