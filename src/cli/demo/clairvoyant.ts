import type { TraceSecond } from "../../../simulations/server/trace.js";

/** What the server would have let in, as a function of its own time. Units of time: milliseconds; each second counts from its start. */
export interface Clairvoyant {
  /** Requests that could have been let in from the beginning until an instant: the limit integrated over time. */
  allowedUntil(atMs: number): number;
  /** Requests a second that were allowed at an instant; 0 outside the trace. */
  rateAt(atMs: number): number;
  /** The earliest instant by which so many could have been let in; undefined where the trace ends before. */
  instantOf(requests: number): number | undefined;
}

/** What of a second counts here. */
export type Allowed = Pick<TraceSecond, "atMs" | "allowed">;

/** When a job began, and when the server was asked how it went, by the server's own time in milliseconds. */
export interface Period {
  readonly beginMs: number;
  readonly readMs: number;
}

/**
 * Who knows every limit in advance lets in exactly what is allowed, for as long as there is something to send. The trace
 * is the server's own, second by second; the job began at `beginMs`, and the trace was read at `readMs`.
 */
export function clairvoyantOf(trace: readonly Allowed[], { beginMs, readMs }: Period): Clairvoyant {
  const pieces = piecesOf(trace, beginMs, readMs);
  return {
    allowedUntil: (atMs) =>
      pieces.reduce((sum, { fromMs, untilMs, allowed }) => {
        const share = (atMs - fromMs) / (untilMs - fromMs);
        return sum + allowed * Math.min(1, Math.max(0, share));
      }, 0),
    rateAt(atMs) {
      const piece = pieces.find(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs);
      return piece === undefined ? 0 : (piece.allowed / (piece.untilMs - piece.fromMs)) * 1_000;
    },
    instantOf(requests) {
      let left = requests;
      for (const { fromMs, untilMs, allowed } of pieces) {
        if (left <= allowed) return fromMs + (allowed === 0 ? 0 : (left / allowed) * (untilMs - fromMs));
        left -= allowed;
      }
      return undefined;
    },
  };
}

/** Time in which the limit is taken as even. */
interface Piece {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly allowed: number;
}

/**
 * A trace begins with the first request, which comes some time after the beginning of the job. The clairvoyant would not
 * have waited: until the first whole second the limit is taken to have been what it was in that second.
 */
function piecesOf(trace: readonly Allowed[], beginMs: number, readMs: number): readonly Piece[] {
  const [, ...whole] = trace.map(({ atMs, allowed }) => ({
    fromMs: atMs,
    untilMs: Math.min(atMs + 1_000, readMs),
    allowed: allowed ?? 0,
  }));
  const [first] = whole;
  if (first === undefined || first.fromMs <= beginMs) return whole;
  const perMs = first.allowed / (first.untilMs - first.fromMs);
  return [{ fromMs: beginMs, untilMs: first.fromMs, allowed: perMs * (first.fromMs - beginMs) }, ...whole];
}
