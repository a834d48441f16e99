import type { Clock } from "../../src/clock.js";
import type { Random } from "../../src/random.js";
import type { ResponseFacts } from "../../src/signal/signal.js";
import type { LoggedDecision } from "./log.js";
import type { SimulatedRequest } from "./request.js";
import type { ClientSpec, Scenario } from "./scenario.js";

/** Somebody who brings requests to a server: sluice, a rival, or who knows all. */
export interface Contestant {
  /** Unique, as tables show it. */
  readonly name: string;
  /** What it was told of the limit beforehand; absent: nothing. */
  readonly told?: "limit";
  /** Whether it is not the real package but its published law, written anew. */
  readonly isReimplemented?: boolean;
  /** Whether it works with promises and timers of its own, so that time may move on only when all of them are through. */
  readonly isAsync?: boolean;
  /** Whether it sees what no client can: it defines the optimum that others are measured against. */
  readonly isClairvoyant?: boolean;
  /** What must be there before anybody joins, such as a package that has to be loaded. Worlds wait for it. */
  prepare?(): Promise<void>;
  /** Makes one client of a world. */
  join(context: ClientContext): Client;
}

/** What a client finds in its world. */
export interface ClientContext {
  readonly clock: Clock;
  /** Dice of its own. */
  readonly random: Random;
  readonly scenario: Scenario;
  readonly spec: ClientSpec;
  /** Position among the clients of the world, from 0. */
  readonly index: number;
  readonly wire: Wire;
  /** What only a clairvoyant may ask, and who is told the limit at the start. */
  readonly oracle: Oracle;
  /** Takes down each step of the control; absent where nobody wants to know. */
  readonly onDecision?: (decision: Omit<LoggedDecision, "client">) => void;
}

/** The way to the server. */
export interface Wire {
  /**
   * Sends a try now.
   *
   * @returns what gives it up: nothing more is heard of it then
   */
  send(request: SimulatedRequest, listener: WireListener): () => void;
}

/** Who waits for the answer to a try. After `onError` or `onEnd` nothing follows. */
export interface WireListener {
  /** The headers are there, and with them all of the body of an answer that isn't streamed. */
  onResponse(facts: ResponseFacts): void;
  /** The body has ended. */
  onEnd(): void;
  /** The connection is lost, before the response or in its body. */
  onError(error: Error): void;
}

/** The truth about the server. */
export interface Oracle {
  /** Milliseconds until this request would be let in; Infinity until something ends or moves. */
  waitMs(request: SimulatedRequest): number;
  /** The limit of a model now, in requests a second; Infinity where only concurrency holds it back. */
  limitPerSecond(model: string): number;
}

/** How a request ended for whoever asked. */
export type Ending = "succeeded" | "failed" | "dropped";

/** One client at work. */
export interface Client {
  /**
   * Takes a request and calls `onEnd` exactly once.
   *
   * @returns what cancels it: its user has gone; `onEnd` isn't called then
   */
  submit(request: SimulatedRequest, onEnd: (ending: Ending) => void): () => void;
  /** The rate it allows itself for a model, in requests a second, if it has such a notion. */
  ratePerSecond?(model: string): number | undefined;
  /** The world ends, or the client leaves it. */
  close?(): void | Promise<void>;
}
