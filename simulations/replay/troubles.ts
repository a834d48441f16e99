import type { Fault } from "../server/fault.js";
import type { ScheduledMove } from "../server/move.js";
import { outcomeOf, type TracedTry } from "./trace.js";

/** What went wrong beside the limit. */
export interface Troubles {
  readonly faults: readonly Fault[];
  readonly outages: readonly ScheduledMove[];
}

/** A stretch without any answer but failures is an outage from this length on, with so many tries in it. */
const OUTAGE_MIN_MS = 5_000;
const OUTAGE_TRIES_MIN = 3;
/** Fewer than this are chance. */
const SHARE_MIN = 0.001;

/** Outages, and what failed by chance apart from them: 503s, errors of the server, lost connections. */
export function troublesOf(tries: readonly TracedTry[], model: string): Troubles {
  const known = tries.filter((each) => outcomeOf(each) !== undefined && each.response?.isOwn !== true);
  const outages = outagesOf(known);
  const isOut = ({ sent: { atMs } }: TracedTry): boolean =>
    outages.some(({ fromMs, untilMs }) => atMs >= fromMs && atMs < untilMs);
  const usual = known.filter((each) => !isOut(each));
  const faultOf = (kind: Fault["kind"], isIt: (each: TracedTry) => boolean): readonly Fault[] => {
    const share = usual.filter(isIt).length / usual.length;
    return share >= SHARE_MIN ? [{ kind, share: Number(share.toPrecision(3)), model }] : [];
  };
  return {
    faults: [
      ...faultOf("status-503", (each) => outcomeOf(each) === "overloaded"),
      ...faultOf("status-500", (each) => outcomeOf(each) === "failed" && (each.response?.status ?? 0) >= 500),
      ...faultOf("close-early", (each) => outcomeOf(each) === "failed" && each.response?.status === undefined),
    ],
    outages: outages.map(({ fromMs, untilMs }) => ({ atMs: fromMs, outageMs: untilMs - fromMs, model })),
  };
}

interface Outage {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Between the first try that failed and the first that came through again no one knows when it ended: half-way. */
function outagesOf(tries: readonly TracedTry[]): readonly Outage[] {
  const outages: Outage[] = [];
  let failing: TracedTry[] = [];
  for (const each of tries) {
    if (isDown(each)) {
      failing.push(each);
      continue;
    }
    const [first] = failing;
    const last = failing.at(-1);
    if (first !== undefined && last !== undefined && failing.length >= OUTAGE_TRIES_MIN) {
      const untilMs = (last.sent.atMs + each.sent.atMs) / 2;
      if (untilMs - first.sent.atMs >= OUTAGE_MIN_MS)
        outages.push({ fromMs: Math.round(first.sent.atMs), untilMs: Math.round(untilMs) });
    }
    failing = [];
  }
  return outages;
}

function isDown(each: TracedTry): boolean {
  const outcome = outcomeOf(each);
  return outcome === "overloaded" || (outcome === "failed" && (each.response?.status ?? 500) >= 500);
}
