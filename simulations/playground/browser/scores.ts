import { element } from "../../../src/page/browser/element.js";
import { countText, rateText, secondsText, shareText } from "../../../src/page/browser/numbers.js";
import { at, write } from "../../../src/page/browser/place.js";
import type { Metrics } from "../../measure/measure.js";
import type { RunFacts } from "../message.js";
import type { Stage } from "./stage.js";
import type { TrackBook } from "./track-book.js";

/** Seconds over which what is so now is looked at. */
const LATELY_S = 5;

/** How a contestant stands. */
export interface Standing {
  /** Accepted, as a share of the clairvoyant's, since the start; NaN before there is any. */
  readonly goodput: number;
  readonly refused: number;
  readonly tries: number;
  readonly acceptedPerSecond: number;
  readonly queued: number;
  readonly waitS: number | null;
}

/** How the contestants stand so far, but for the clairvoyant, who comes first. */
export function standingsOf({ books }: Stage, facts: RunFacts): readonly Standing[] {
  const [clairvoyant, ...others] = books;
  return clairvoyant === undefined ? [] : others.map((book) => standingOf(book, clairvoyant, facts));
}

/** Writes the table: so far, or once it is over as `sluice simulate` measures it, the clairvoyant first. */
export function showScores(
  { name, contestants }: RunFacts,
  standings: readonly Standing[],
  metrics: readonly Metrics[] | undefined,
): void {
  at("scores").replaceChildren(...scoreRows(contestants.slice(1), standings, metrics?.slice(1)));
  const how = metrics === undefined ? "since the start, against the clairvoyant" : "as sluice simulate measures it";
  write(at("score-caption"), `${name}: ${how}`);
}

/** How a contestant stands so far, by what the page was told. */
function standingOf(book: TrackBook, clairvoyant: TrackBook, { models, sampleMs }: RunFacts): Standing {
  const total = (each: TrackBook, kind: string): number =>
    models.reduce((sum, _, model) => sum + each.total(`${model}/${kind}`), 0);
  const refused = ["429", "503", "lost"].reduce((sum, kind) => sum + total(book, kind), 0);
  const accepted = total(book, "accepted");
  const lately = Math.ceil((LATELY_S * 1_000) / sampleMs);
  const acceptedLately = models.reduce((sum, _, model) => {
    const view = book.view(`${model}/sent`);
    const from = Math.max(0, view.length - 1 - lately);
    const accepts = book.view(`${model}/accepted`).subarray(from, Math.max(from, view.length - 1));
    return sum + accepts.reduce((so, count) => so + count, 0) / Math.max(1, view.length - 1 - from);
  }, 0);
  const wait = book.view("p99").at(-1);
  return {
    goodput: accepted / total(clairvoyant, "accepted"),
    refused: refused / Math.max(1, refused + accepted),
    tries: total(book, "sent"),
    acceptedPerSecond: (acceptedLately * 1_000) / sampleMs,
    queued: book.view("queued").at(-1) ?? 0,
    waitS: wait === undefined || Number.isNaN(wait) ? null : wait,
  };
}

function scoreRows(
  names: readonly string[],
  standings: readonly Standing[],
  metrics: readonly Metrics[] | undefined,
): readonly HTMLElement[] {
  const shares = names.map((_, index) => metrics?.[index]?.goodput ?? standings[index]?.goodput ?? Number.NaN);
  return names.map((name, index) => {
    const standing = standings[index];
    const own = metrics?.[index];
    const share = shares[index] ?? Number.NaN;
    const cells = [
      Number.isFinite(share) ? shareText(share) : "–",
      shareText(own?.refused ?? standing?.refused),
      countText(own?.attempts ?? standing?.tries),
      rateText(standing?.acceptedPerSecond),
      countText(standing?.queued),
      secondsText(own === undefined ? standing?.waitS : own.waitP99Ms / 1_000),
    ];
    const row = element(
      "tr",
      {},
      element("th", { scope: "row", text: name }),
      ...cells.map((text) => element("td", { class: "number", text })),
    );
    if (own !== undefined) row.dataset["metrics"] = JSON.stringify(own);
    return row;
  });
}
