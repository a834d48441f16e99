import type { LaneState } from "../../lane.js";
import type { TraceSecond } from "../../trace.js";
import { type Increment, idOf, type Snapshot, type ToldTrace } from "../message.js";

/** Seconds of a lane that are kept, as at the server: an hour. */
const SECONDS_MAX = 3_600;

/** What a page knows, put together from what it was told. */
export class Picture {
  #first: Snapshot | undefined;
  #last: Snapshot | Increment | undefined;
  #traces = new Map<string, readonly TraceSecond[]>();

  take(message: Snapshot | Increment): void {
    if (message.type === "snapshot") this.#first = message;
    this.#last = message;
    const traces = new Map<string, readonly TraceSecond[]>();
    for (const { trace, ...lane } of message.lanes) {
      if (trace === undefined) continue;
      const id = idOf(lane);
      traces.set(id, extended(this.#traces.get(id) ?? [], trace));
    }
    this.#traces = traces;
  }

  /** All of it, as it is now; undefined before anything was told. */
  get now(): (Omit<Snapshot, "type" | "atMs" | "lanes"> & { readonly lanes: readonly ShownLane[] }) | undefined {
    if (this.#first === undefined || this.#last === undefined) return undefined;
    const lanes = this.#last.lanes.map(({ trace: _, ...lane }) => {
      const trace = this.#traces.get(idOf(lane));
      return trace === undefined ? lane : { ...lane, trace };
    });
    return { ...this.#first, ...this.#last, lanes };
  }
}

/** A lane, and its trace where it has a chart. */
export type ShownLane = Omit<LaneState, "trace"> & Partial<Pick<LaneState, "trace">>;

function extended(known: readonly TraceSecond[], { isWhole, seconds }: ToldTrace): readonly TraceSecond[] {
  if (isWhole) return seconds;
  const firstMs = seconds[0]?.atMs ?? Number.POSITIVE_INFINITY;
  const end = known.findLastIndex(({ atMs }) => atMs < firstMs) + 1;
  return [...known.slice(0, end), ...seconds].slice(-SECONDS_MAX);
}
