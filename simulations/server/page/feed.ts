import type { Look, Source } from "../../../src/page/broadcast.js";
import type { JobState } from "../desk.js";
import type { ServerState } from "../http.js";
import type { LaneState, TraceLength } from "../lane.js";
import { type Increment, idOf, type Present, type Snapshot, type ToldLane } from "./message.js";

/** Lanes that have a chart. */
const CHARTED_MAX = 12;
/** Jobs that are told of: a person reads no more. */
const JOBS_MAX = 50;

/** What a server tells of itself: more of its traces than is asked for it doesn't copy. */
export type StateOf = (options: { readonly traceSecondsMax: TraceLength }) => ServerState;

/** What the readers of a server's page are told. */
export function createFeed(stateOf: StateOf): Source {
  /** Lanes whose traces were told so far. */
  let charted = new Set<string>();
  let seenAtMs = 0;

  function look(): Look {
    const before = charted;
    const state = stateOf({ traceSecondsMax: 0 });
    const fresh = Math.floor(state.nowMs / 1_000) - Math.floor(seenAtMs / 1_000) + 1;
    charted = new Set(busiest(state.lanes).map(idOf));
    seenAtMs = state.nowMs;
    return {
      changes: () => incrementOf(withTraces(charted, (id) => !before.has(id), fresh)),
      everything: () => snapshotOf(withTraces(charted, () => true, 0)),
    };
  }

  /** The state with the traces of these: whole where it is said so, and the last seconds elsewhere. */
  function withTraces(chosen: ReadonlySet<string>, isWhole: (id: string) => boolean, fresh: number): Traced {
    const lengthOf = (id: string): number => (isWhole(id) ? Number.POSITIVE_INFINITY : fresh);
    const { lanes, ...rest } = stateOf({
      traceSecondsMax: (lane) => (chosen.has(idOf(lane)) ? lengthOf(idOf(lane)) : 0),
    });
    const told = lanes.map(({ trace, ...lane }): ToldLane => {
      const id = idOf(lane);
      return chosen.has(id) ? { ...lane, trace: { isWhole: isWhole(id), seconds: trace } } : lane;
    });
    return { ...rest, lanes: told };
  }

  return {
    begin: () => () => {
      charted = new Set();
    },
    look,
  };
}

type Traced = Omit<ServerState, "lanes"> & Pick<Present, "lanes">;

function incrementOf({ wallNowMs: atMs, nowMs, isOut, lanes, jobs }: Traced): Increment {
  return { type: "increment", atMs, nowMs, isOut, lanes, jobs: latest(jobs) };
}

function snapshotOf({ wallNowMs: atMs, jobs, ...state }: Traced): Snapshot {
  return { ...state, type: "snapshot", atMs, jobs: latest(jobs) };
}

/** Those that ask most, in the order in which they came. */
function busiest(lanes: readonly LaneState[]): readonly LaneState[] {
  if (lanes.length <= CHARTED_MAX) return lanes;
  return [...lanes].sort((one, other) => other.offered - one.offered).slice(0, CHARTED_MAX);
}

function latest(jobs: readonly JobState[]): readonly JobState[] {
  return [...jobs].sort((one, other) => other.createdMs - one.createdMs).slice(0, JOBS_MAX);
}
