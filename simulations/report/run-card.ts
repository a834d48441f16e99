import { type Content, type Html, html } from "../../src/page/html.js";
import { dataTable } from "./data-table.js";
import { countReasons } from "./decisions.js";
import type { Numbers, Track } from "./page-data.js";
import { reasonsTable } from "./reasons-table.js";
import type { ReportRun } from "./run.js";
import { metricText, numberText } from "./units.js";

/** Where a run stands on the page, and whether its main figures stand beside its name. */
export interface CardPlace {
  readonly scene: number;
  readonly index: number;
  readonly hasFacts: boolean;
  /** The most reasons that any run of the scenario has: charts side by side stay in line. */
  readonly laneCount: number;
}

/** One run: its charts above one another on one axis of time, its reasons, its numbers. */
export function runCard(run: ReportRun, track: Track, place: CardPlace): Html {
  const { scene, index, hasFacts } = place;
  const { contestant, seed, metrics, recording, scenario } = run;
  const facts = (["goodput", "refused", "waitP99Ms"] as const)
    .filter((name) => !Number.isNaN(metrics[name] ?? Number.NaN))
    .map((name) => html`<span>${name} <b>${metricText(name, metrics[name] ?? Number.NaN)}</b></span>`);
  return html`<article class="run" id="run-${scene}-${index}">
<h3>${contestant} <small>seed ${seed}</small></h3>
${hasFacts && html`<p class="facts">${facts}</p>`}
${ratesFigures(track, index)}
${decisionsFigure(run, track, place)}
${chart({ kind: "in-flight", track: index, height: 130, title: "Queue", unit: "requests", words: `At most ${peak(track.waiting.queued)} queued and ${peak(track.waiting.inFlight)} awaiting headers.` })}
${chart({ kind: "wait", track: index, height: 130, title: "Wait before a first try", unit: "half waited less than p50, 99 of 100 less than p99", words: `The 99th percentile of waits was ${metricText("waitP99Ms", metrics["waitP99Ms"] ?? Number.NaN)} over the run.` })}
${chart({ kind: "goodput", track: index, height: 150, title: "Goodput and the clairvoyant’s", unit: `accepted a second, over ${track.goodput.binS} s each`, words: `Over the steady part of the run ${metricText("goodput", metrics["goodput"] ?? Number.NaN)} of what the clairvoyant got.` })}
${recording.decisions.length > 0 && reasonsTable(countReasons(recording.decisions))}
${dataTable(track, scenario.durationMs / 1_000)}
</article>`;
}

/** The rates of each model against its limit; `names` where that isn't the true one. */
export function ratesFigures(
  track: Track,
  index: number,
  names: { readonly title: string; readonly limit: string } = { title: "rate and true limit", limit: "" },
): Html {
  const { title, limit } = names;
  const alone = title.slice(0, 1).toUpperCase() + title.slice(1);
  return html`${track.models.map((model, position) =>
    chart({
      kind: "rates",
      track: index,
      model: position,
      height: 260,
      title: track.models.length > 1 ? `${model.name}: ${title}` : alone,
      unit: "requests a second; a mark stands where tries were refused, at the rate of that moment",
      words: ratesWords(track, position, limit),
    }),
  )}`;
}

function decisionsFigure({ recording }: ReportRun, track: Track, { index, laneCount }: CardPlace): Html | false {
  if (laneCount === 0) return false;
  const title = "Decisions";
  const height = 40 + 24 * laneCount;
  if (track.decisions.lanes.length === 0) {
    return html`<figure><figcaption><b>${title}</b> <span>this one gives no reasons</span></figcaption><div class="silent" style="height:${height}px"></div></figure>`;
  }
  const words = `${numberText(recording.decisions.length)} decisions; the table below counts their reasons.`;
  const unit = "why the rate was ▲ raised, ● held, ▼ lowered";
  return chart({ kind: "decisions", track: index, height, title, unit, words });
}

/** A place for the script to draw in, with its words for those who can't see it. */
export function chart(of: {
  readonly kind: string;
  readonly title: string;
  readonly unit: Content;
  readonly words: string;
  readonly height: number;
  readonly track?: number;
  readonly model?: number;
}): Html {
  const { kind, title, unit, words, height, track = -1, model = 0 } = of;
  return html`<figure><figcaption><b>${title}</b> <span>${unit}</span></figcaption>
<div class="plot" data-chart="${kind}" data-track="${track}" data-model="${model}" role="img" aria-label="${title}. ${words}" style="min-height:${height}px"></div></figure>`;
}

const NO_LIMITS = ["No limit of the rate. ", "No limit was told. "] as const;

function ratesWords({ models }: Track, position: number, told: string): string {
  const model = models[position];
  if (model === undefined) return "";
  const limits = model.limit.filter((limit) => limit !== null);
  const kind = told === "" ? "A true limit" : `A limit that ${told},`;
  const limit = limits.length > 0 ? `${kind} of ${range(limits)} requests a second. ` : NO_LIMITS[told === "" ? 0 : 1];
  const rates = model.rate.filter((rate) => rate !== null);
  const rate = rates.length > 0 ? `The rate lay between ${range(rates)}. ` : "";
  const { "429": throttled, "503": overloaded, lost } = model.refusals;
  return `${limit}${rate}${total(throttled)} tries met a 429, ${total(overloaded)} a 503, ${total(lost)} failed otherwise.`;
}

function range(values: Numbers): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least === most ? numberText(least) : `${numberText(least)} and ${numberText(most)}`;
}

function total(counts: Numbers): string {
  return numberText(counts.reduce((sum, count) => sum + count, 0));
}

/** The highest of a list, for words. */
export function peak(values: Numbers): string {
  return numberText(Math.max(0, ...values));
}
