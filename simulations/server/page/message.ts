import type { Ended, Told } from "../../../src/page/broadcast.js";
import type { JobState } from "../desk.js";
import type { ServerState } from "../http.js";
import type { LaneState } from "../lane.js";
import type { TraceSecond } from "../trace.js";

/** What the stream of a server's page tells. */
export type Message = Snapshot | Increment | Ended;

/** All there is to know now. */
export interface Snapshot extends Present, Pick<ServerState, "provider" | "headers" | "seed" | "story" | "settings"> {
  readonly type: "snapshot";
}

/** What moves, as it is now: of traces what is new alone. */
export interface Increment extends Present {
  readonly type: "increment";
}

/** What is of both kinds. */
export interface Present extends Told, Pick<ServerState, "nowMs" | "isOut"> {
  readonly lanes: readonly ToldLane[];
  /** The latest first. */
  readonly jobs: readonly JobState[];
}

/** A lane. Those that are asked most have a chart, and with it a trace. */
export interface ToldLane extends Omit<LaneState, "trace"> {
  readonly trace?: ToldTrace;
}

/** Seconds of a lane. The last one goes on: it is told again, with what it has come to. */
export interface ToldTrace {
  /** Whether these are all that are kept, and not only the new ones. */
  readonly isWhole: boolean;
  readonly seconds: readonly TraceSecond[];
}

/** Names a lane. */
export function idOf({ model, organisation }: Pick<LaneState, "model" | "organisation">): string {
  return JSON.stringify([model, organisation]);
}
