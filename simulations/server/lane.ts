import { createKeyed } from "./keyed.js";
import type { Admission, Limit } from "./limit.js";
import { createTrace, type Trace, type TraceSecond } from "./trace.js";

/** More pairs of model and organisation than this aren't traced at once: each trace is an hour long. */
const LANES_MAX = 200;

/** How one organisation fares with one model. */
export interface LaneState {
  readonly model: string;
  /** Fingerprint of the API key. */
  readonly organisation: string;
  /** What would be let in now, in requests and tokens a second; null where unlimited. */
  readonly limitPerSecond: number | null;
  readonly tokensPerSecond: number | null;
  readonly offered: number;
  readonly accepted: number;
  readonly throttled: number;
  readonly overloaded: number;
  readonly saturated: number;
  readonly inFlight: number;
  /** Requests that a clairvoyant could have had let in since the lane's first one: the limit integrated over time. */
  readonly allowed: number | null;
  /** Second by second, the last hour. Seconds in which nothing was asked count too. */
  readonly trace: readonly TraceSecond[];
}

/** The last seconds of a trace, at most so many: of each lane the same, or of each as it is said. */
export type TraceLength = number | ((lane: Pick<LaneState, "model" | "organisation">) => number);

/** How the organisations fare that ask for one model. */
export interface Lanes {
  /** A request was decided on by the limit, or by an outage. */
  count(nowMs: number, organisation: string, outcome: Admission["outcome"]): void;
  /** An accepted request has ended. */
  end(nowMs: number, organisation: string): void;
  /** Time has passed: call before anything about the limit changes. */
  advance(nowMs: number): void;
  /** How they fare; of each trace the last seconds, at most so many. */
  state(nowMs: number, secondsMax: TraceLength): LaneState[];
}

interface Lane {
  readonly organisation: string;
  readonly trace: Trace;
  offered: number;
  accepted: number;
  throttled: number;
  overloaded: number;
  saturated: number;
  inFlight: number;
}

const NO_COUNTS = { offered: 0, accepted: 0, throttled: 0, overloaded: 0, saturated: 0, inFlight: 0 };

/** Makes the lanes of one model. `isOut` tells whether the platform is out. */
export function createLanes(model: string, limit: Limit, isOut: () => boolean): Lanes {
  const lanes = createKeyed<Lane>(
    (nowMs, organisation) => ({ organisation, trace: createTrace(nowMs), ...NO_COUNTS }),
    LANES_MAX,
  );

  function advanceLane(nowMs: number, lane: Lane): void {
    lane.trace.advance(nowMs, isOut() ? 0 : limit.allowed(nowMs, lane.organisation).requests);
  }

  return {
    count(nowMs, organisation, outcome) {
      const lane = lanes.get(organisation, nowMs);
      advanceLane(nowMs, lane);
      for (const counter of ["offered", outcome] as const) {
        lane[counter]++;
        lane.trace.count(nowMs, counter);
      }
      if (outcome === "accepted") lane.inFlight++;
    },
    end(nowMs, organisation) {
      const lane = lanes.get(organisation, nowMs);
      // A lane that was forgotten and met again never counted this one.
      lane.inFlight = Math.max(0, lane.inFlight - 1);
    },
    advance(nowMs) {
      for (const lane of lanes.values()) advanceLane(nowMs, lane);
    },
    state: (nowMs, secondsMax) =>
      [...lanes.values()].map((lane) => {
        advanceLane(nowMs, lane);
        const allowed = limit.allowed(nowMs, lane.organisation);
        const { trace, ...counts } = lane;
        const length = typeof secondsMax === "number" ? secondsMax : secondsMax({ model, ...counts });
        return {
          model,
          ...counts,
          limitPerSecond: isOut() ? 0 : finite(allowed.requests),
          tokensPerSecond: finite(allowed.tokens),
          allowed: trace.allowed,
          trace: trace.seconds(length),
        };
      }),
  };
}

/** JSON has no Infinity. */
function finite(rate: number): number | null {
  return Number.isFinite(rate) ? rate : null;
}
