import { binsOf } from "./bins.js";
import { decisionsOf } from "./decisions.js";
import { goodputOf } from "./goodput.js";
import type { Track } from "./page-data.js";
import { ratesOf } from "./rates.js";
import type { ReportRun } from "./run.js";
import { waitingOf } from "./waiting.js";

/** Goodput is compared over so long at least: a shorter stretch shows the burst, not the law. */
const GOODPUT_BIN_MS = 5_000;

/** What the page draws of a run, in at most so many bins. */
export function trackOf({ scenario, contestant, seed, recording, optimum }: ReportRun, binsMax: number): Track {
  const bins = binsOf(scenario.durationMs, binsMax);
  return {
    title: `${contestant}, seed ${seed}`,
    binS: bins.widthMs / 1_000,
    models: ratesOf(recording, bins),
    waiting: waitingOf(recording, bins),
    goodput: goodputOf(recording, optimum, binsOf(scenario.durationMs, binsMax, GOODPUT_BIN_MS)),
    decisions: decisionsOf(recording.decisions, bins),
  };
}
