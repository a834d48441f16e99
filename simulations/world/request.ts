import type { Cost } from "../../src/cost.js";

/** One request of a simulated workload: what its client says of it, and what will be true of it. */
export interface SimulatedRequest {
  /** Numbers the requests of a world from 0. */
  readonly id: number;
  /** The model asked, which is the key of its budget at the client. */
  readonly model: string;
  /** What the client believes that it costs, and tells a controller. */
  readonly cost: Cost;
  /** What the server charges when it arrives (`requests` counts 1 if absent). */
  readonly charged: Cost;
  /** What the server charges in addition when it has ended, such as the tokens of the answer. */
  readonly settled: Cost;
  /** Higher first. Default 0. */
  readonly priority?: number;
  readonly tenant?: string;
  /** Since it was asked for, in milliseconds. */
  readonly deadlineMs?: number;
  /** The user loses patience so long after asking. Default: never. */
  readonly cancelAfterMs?: number;
  /** The user loses patience so long after the request was first sent. Default: never. */
  readonly cancelAfterSentMs?: number;
}

/** A request that is wanted. */
export type Wish = Omit<SimulatedRequest, "id">;
