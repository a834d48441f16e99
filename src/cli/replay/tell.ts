import type { KeyContrast } from "../../../simulations/replay/contrast.js";
import type { KeyEstimate, ServerEstimate } from "../../../simulations/replay/estimate.js";
import type { EventLog } from "../../../simulations/replay/read-log.js";
import type { Paint } from "../batch/panel.js";
import { duration, plural, rate, shortName } from "../batch/words.js";
import { wrapped } from "../simulate/words.js";
import { type Cell, renderTable } from "../table.js";

/** How results are shown. */
export interface ReplayLook {
  readonly paint: Paint;
  readonly columns: number;
}

/** Keys that get a table of their own. */
const KEYS_MAX = 3;
const NAME_MAX = 40;

/** One line of what the log has. */
export function logText({ events, sluice, restarts }: EventLog): string {
  const sends = events.filter(({ type }) => type === "sent").length;
  const runs = restarts.length === 0 ? "" : `, in ${plural(restarts.length + 1, "run")}`;
  return `${duration(events.at(-1)?.atMs ?? 0)}, ${plural(sends, "send")}${runs}; recorded by sluice ${sluice}`;
}

/** What was recorded of each key, beside what would have been allowed. */
export function contrastText(keys: readonly KeyContrast[], look: ReplayLook): string {
  const rest = keys.length - KEYS_MAX;
  return [
    ...keys.slice(0, KEYS_MAX).map((each) => keyText(each, look)),
    ...(rest > 0 ? [look.paint("dim", `and ${plural(rest, "more key")}: --json tells of all`)] : []),
  ].join("\n\n");
}

function keyText(contrast: KeyContrast, { paint, columns }: ReplayLook): string {
  const { key, sent, throttled, overloaded, recorded, replayed, stretches } = contrast;
  const share = ((100 * (throttled + overloaded)) / Math.max(1, sent)).toFixed(2);
  const rows = stretches.map((each): readonly Cell[] => [
    duration(each.fromMs),
    rate(each.acceptedPerSecond),
    count(each.throttled),
    count(each.overloaded),
    rate(each.recordedRate ?? undefined),
    rate(each.replayedRate ?? undefined),
    { text: changeText(each.recordedRate, each.replayedRate), style: "dim" },
  ]);
  const titles = ["from", "accepted", "429s", "503s", "recorded", "replayed", ""];
  const range = (course: KeyContrast["recorded"]): string =>
    `mean ${rate(course.rateMean)}, ${rate(course.rateMin)} to ${rate(course.rateMax)}, ${plural(course.cuts, "cut")}`;
  return [
    `${paint("bold", shortName(key, NAME_MAX))}  ${plural(sent, "send")}, ${share} % refused`,
    renderTable(
      titles.map((title) => ({ title })),
      rows,
      paint,
    ),
    `recorded: ${range(recorded)}`,
    `replayed: ${range(replayed)}`,
    wrapped(reasonsText(contrast), { width: columns, indent: "" }),
    wrapped(divergenceText(contrast), { width: columns, indent: "" }),
  ].join("\n");
}

function count(many: number): string {
  return many === 0 ? "" : String(many);
}

function changeText(recorded: number | null, replayed: number | null): string {
  if (recorded === null || replayed === null || recorded === 0) return "";
  const percent = Math.round((replayed / recorded - 1) * 100);
  return percent === 0 ? "=" : `${percent > 0 ? "+" : ""}${percent} %`;
}

function reasonsText({ recorded, replayed }: KeyContrast): string {
  const names = [...new Set([...Object.keys(recorded.reasons), ...Object.keys(replayed.reasons)])].slice(0, 8);
  const parts = names.map((name) => {
    const [one, other] = [recorded.reasons[name] ?? 0, replayed.reasons[name] ?? 0];
    return one === other ? `${name} ${one}` : `${name} ${one} → ${other}`;
  });
  return `reasons: ${parts.join(", ")}`;
}

function divergenceText({ divergence }: KeyContrast): string {
  if (divergence === undefined) return "every decision is the same";
  const told = (each: NonNullable<typeof divergence>["recorded"]): string =>
    each === undefined
      ? "nothing"
      : `${each.because} (${each.detail === undefined ? `${each.move} at ${rate(each.ratePerSecond)}` : each.detail})`;
  const { atMs, recorded, replayed } = divergence;
  return `they part at ${duration(atMs)}: recorded ${told(recorded)}, replayed ${told(replayed)}`;
}

/** What was guessed of the server. */
export function estimateText({ keys, notes }: ServerEstimate, { paint, columns }: ReplayLook): string {
  const lines = keys.slice(0, KEYS_MAX * 2).map((each) => wrapped(serverText(each), { width: columns, indent: "  " }));
  return [
    paint("bold", "The server, as the log lets one guess it"),
    ...lines,
    ...notes.map((note) => paint("dim", wrapped(note, { width: columns, indent: "  " }))),
  ].join("\n");
}

const SOURCES = { headers: "told by headers", refusals: "by refusals", reached: "never reached" } as const;
const STEPS_MAX = 6;

function serverText({ key, limit, steps, source, misjudged, answers, troubles, isSaturated }: KeyEstimate): string {
  const shown = steps
    .slice(0, STEPS_MAX)
    .map(({ atMs, requestsPerSecond }, index) =>
      index === 0 ? rate(requestsPerSecond) : `${rate(requestsPerSecond)} from ${duration(atMs)}`,
    );
  const more = steps.length > STEPS_MAX ? `, and ${plural(steps.length - STEPS_MAX, "more step")}` : "";
  const { medianMs = 0, sigma = 0, bodyMs } = answers;
  const { faults, outages } = troubles;
  return [
    `${shortName(key, NAME_MAX)}: ${kindText(limit)}, ${shown.join(", ")}${more} (${SOURCES[source]}, ${(100 * misjudged).toFixed(1)} % of tries misjudged)`,
    `answers ${Math.round(medianMs)} ms, sigma ${sigma.toFixed(2)}${bodyMs === undefined ? "" : `, bodies ${Math.round(bodyMs)} ms`}`,
    ...faults.map(({ kind, share = 1 }) => `${kind} ${(100 * share).toFixed(1)} %`),
    ...outages.map(({ atMs, outageMs = 0 }) => `an outage of ${duration(outageMs)} at ${duration(atMs)}`),
    isSaturated ? "always more to do" : "requests as they came",
  ].join("; ");
}

function kindText(limit: KeyEstimate["limit"]): string {
  if (typeof limit === "function") return "a limit";
  const most = limit.inFlightMax === undefined ? "" : `, ${limit.inFlightMax} at once`;
  if (limit.kind === "policer") return `a bucket of ${seconds(limit.depthMs ?? 1_000)}${most}`;
  if (limit.kind === "window") return `a fixed window of ${seconds(limit.windowMs ?? 60_000)}${most}`;
  if (limit.kind === "sliding") return `a sliding window of ${seconds(limit.windowMs ?? 60_000)}${most}`;
  return `${limit.kind}${most}`;
}

function seconds(ms: number): string {
  return `${ms / 1_000} s`;
}
