import type { ChartSpec } from "../../../src/page/browser/chart-options.js";
import { element } from "../../../src/page/browser/element.js";
import { rateText } from "../../../src/page/browser/numbers.js";
import { behindChart } from "../../report/browser/behind-chart.js";
import { decisionsChart } from "../../report/browser/decisions-chart.js";
import { goodputChart } from "../../report/browser/goodput-chart.js";
import { inFlightChart, waitChart } from "../../report/browser/queue-charts.js";
import { ratesChart } from "../../report/browser/rates-chart.js";
import type { Scene, Track } from "../../report/page-data.js";
import type { RunFacts } from "../message.js";
import { linesChart } from "./lines-chart.js";
import { LiveChart } from "./live-chart.js";
import { stretchOf } from "./merge.js";
import { TrackBook } from "./track-book.js";
import type { Piece } from "./turns.js";

/** Models that are drawn, of those that are asked. */
const MODELS_SHOWN = 2;
/** Goodput comes in bursts: it is compared over so long at least. */
const GOODPUT_BIN_MS = 5_000;
/** Before so much has passed, charts show so much. */
const SPAN_MIN_S = 30;

/** What stands where. */
export interface StagePlaces {
  readonly runs: HTMLElement;
  /** What all have in common; absent where only the rates are of interest. */
  readonly together?: HTMLElement;
  /** What contestants are called here. Default: their own names. */
  readonly titles?: readonly string[];
}

/** One picture that is drawn again and again. */
interface Picture {
  readonly chart: LiveChart;
  readonly place: HTMLElement;
  readonly spec: (scene: Scene) => ChartSpec | undefined;
}

/** The charts of a run: a column for each contestant, and what all have in common. */
export class Stage {
  /** The clairvoyant's is the first. */
  readonly books: readonly TrackBook[];
  readonly #facts: RunFacts;
  readonly #pictures: Picture[] = [];
  readonly #visible = new Set<Element>();
  readonly #onLook: () => void;
  readonly #watcher: IntersectionObserver;
  /** What is looked at, in seconds: the last so many, 0 for all so far, -1 for the whole run, or a stretch. */
  #shown: number | readonly [number, number] = 0;
  #zoomed: readonly [number, number] | undefined;
  #nowMs = 0;

  constructor(facts: RunFacts, places: StagePlaces, onLook: () => void) {
    this.#facts = facts;
    this.#onLook = onLook;
    this.books = facts.contestants.map(() => new TrackBook());
    this.#watcher = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          if (isIntersecting) this.#visible.add(target);
          else this.#visible.delete(target);
        }
        onLook();
      },
      { rootMargin: "200px" },
    );
    const titles = places.titles ?? facts.contestants.slice(1);
    const isWhole = places.together !== undefined;
    places.runs.replaceChildren(...titles.map((title, index) => this.#card(title, index, isWhole)));
    places.together?.replaceChildren(...this.#togetherCharts(titles));
  }

  /** What is shown: the last so many seconds; 0: all so far; -1: the whole run. */
  show(spanS: number): void {
    this.#shown = spanS;
    this.#zoomed = undefined;
  }

  set nowMs(nowMs: number) {
    this.#nowMs = nowMs;
  }

  /** The stretch that is looked at, in seconds. */
  range(): readonly [number, number] {
    if (this.#zoomed !== undefined) return this.#zoomed;
    const { durationMs } = this.#facts;
    const nowS = this.#nowMs / 1_000;
    const spanS = Number(this.#shown);
    if (spanS < 0) return [0, durationMs / 1_000];
    const untilS = Math.min(durationMs / 1_000, Math.max(nowS, SPAN_MIN_S));
    return [spanS === 0 ? 0 : Math.max(0, untilS - spanS), untilS];
  }

  /** What it takes to draw all that can be seen, a piece each. */
  pieces(): readonly Piece[] {
    const range = this.range();
    let scene: Scene | undefined;
    return this.#pictures
      .filter(({ place }) => this.#visible.has(place))
      .map((picture) => ({
        of: picture,
        draw: () => {
          scene ??= this.#scene(range);
          const spec = picture.spec(scene);
          if (spec !== undefined) picture.chart.show(spec, range);
        },
      }));
  }

  redraw(): void {
    for (const { chart } of this.#pictures) chart.redraw();
  }

  close(): void {
    this.#watcher.disconnect();
  }

  #scene(range: readonly [number, number]): Scene {
    return {
      durationS: range[1],
      tracks: this.books.slice(1).map((book, index) => this.#track(book, index, range)),
      standings: [],
    };
  }

  #track(book: TrackBook, index: number, [fromS, untilS]: readonly [number, number]): Track {
    const { sampleMs, models, contestants } = this.#facts;
    const binOf = (seconds: number): number => (seconds * 1_000) / sampleMs;
    const nowBin = this.#nowMs / sampleMs;
    const stretch = stretchOf(Math.floor(binOf(fromS)), Math.ceil(Math.min(binOf(untilS), nowBin)));
    // Of a bin that goes on there is less than there will be.
    const wholeBins = Math.max(1, Math.floor(nowBin));
    const coarse = stretchOf(0, wholeBins, Math.ceil(GOODPUT_BIN_MS / sampleMs));
    const binS = (stretch.size * sampleMs) / 1_000;
    const goodputBinS = (coarse.size * sampleMs) / 1_000;
    const [clairvoyant = book] = this.books;
    return lazily({
      title: () => contestants[index + 1] ?? "",
      binS: () => binS,
      fromS: () => (stretch.from * sampleMs) / 1_000,
      models: () => models.slice(0, MODELS_SHOWN).map((name, model) => book.model(name, model, stretch, binS)),
      waiting: () => ({
        queued: book.levels("queued", stretch),
        inFlight: book.levels("inFlight", stretch),
        p50: book.waits("p50", stretch),
        p99: book.waits("p99", stretch),
      }),
      goodput: () => ({
        binS: goodputBinS,
        own: book.together("accepted", models.length, coarse, goodputBinS),
        optimum: clairvoyant.together("accepted", models.length, coarse, goodputBinS),
      }),
      decisions: () => book.decisionTrack(stretch),
    });
  }

  #card(title: string, index: number, isWhole: boolean): HTMLElement {
    const { models, contestants } = this.#facts;
    const track = (scene: Scene): Track | undefined => scene.tracks[index];
    const of = (draw: (scene: Scene, track: Track) => ChartSpec) => (scene: Scene) => {
      const own = track(scene);
      return own === undefined ? undefined : draw(scene, own);
    };
    const rates = models.slice(0, MODELS_SHOWN).map((name, model) =>
      this.#figure(
        models.length > 1 ? `${name}: rate and true limit` : "Rate and true limit",
        "a second; each mark is a refusal",
        260,
        of((scene, own) => ratesChart(scene, own, model, "run")),
      ),
    );
    const explainsItself = /^(sluice|yours$)/.test(contestants[index + 1] ?? "");
    const more = [
      ...(explainsItself
        ? [
            this.#figure("Decisions", "why the rate was ▲ raised, ● held, ▼ lowered", 110, (scene) => {
              const own = track(scene);
              return own === undefined || own.decisions.lanes.length === 0
                ? undefined
                : decisionsChart(scene, own, "run");
            }),
          ]
        : []),
      this.#figure(
        "Queue",
        "requests",
        130,
        of((scene, own) => inFlightChart(scene, own, "run")),
      ),
      this.#figure(
        "Wait before a first try",
        "half waited less than p50",
        130,
        of((scene, own) => waitChart(scene, own, "run")),
      ),
      this.#figure(
        "Goodput and the clairvoyant’s",
        "accepted a second",
        150,
        of((scene, own) => goodputChart(scene, own, "run")),
      ),
    ];
    const facts = element("p", { class: "facts", attributes: { "data-facts": String(index) } });
    return element(
      "article",
      { class: "run" },
      element(isWhole ? "h3" : "h2", { text: title }),
      facts,
      ...rates,
      ...(isWhole ? more : []),
    );
  }

  #togetherCharts(titles: readonly string[]): readonly HTMLElement[] {
    const { models, sampleMs, hasTokens } = this.#facts;
    const behind = this.#figure("Requests behind the clairvoyant", "since the start", 300, (scene) =>
      behindChart(scene, "run"),
    );
    const perSecond = (kind: string) => (): ChartSpec => {
      const [fromS, untilS] = this.range();
      const bins = Math.min((untilS * 1_000) / sampleMs, Math.max(1, Math.floor(this.#nowMs / sampleMs)));
      const stretch = stretchOf((fromS * 1_000) / sampleMs, bins, Math.ceil(GOODPUT_BIN_MS / sampleMs));
      const binS = (stretch.size * sampleMs) / 1_000;
      const lines = this.books
        .slice(1)
        .map((book) =>
          kind === "tokens"
            ? book.perSecond("tokens", stretch, binS)
            : book.together("sent", models.length, stretch, binS),
        );
      const times = (lines[0] ?? []).map((_, bin) => (stretch.from * sampleMs) / 1_000 + bin * binS);
      return linesChart({ titles, times, lines, text: rateText, syncKey: "run" });
    };
    const sent = this.#figure("Requests sent", "a second, refused ones too", 180, perSecond("sent"));
    const tokens = hasTokens
      ? [this.#figure("Tokens", "a second, of answers that came", 180, perSecond("tokens"))]
      : [];
    return [behind, element("div", {}, sent, ...tokens)];
  }

  #figure(title: string, unit: string, height: number, spec: Picture["spec"]): HTMLElement {
    const attributes = {
      role: "img",
      "aria-label": `${title}, ${unit}. The table above tells it in numbers.`,
      style: `min-height:${height}px`,
    };
    const place = element("div", { class: "plot", attributes });
    const chart = new LiveChart(place, (range) => {
      this.#zoomed = range;
      this.#onLook();
    });
    this.#pictures.push({ chart, place, spec });
    this.#watcher.observe(place);
    return element(
      "figure",
      {},
      element("figcaption", {}, element("b", { text: title }), element("span", { text: ` ${unit}` })),
      place,
    );
  }
}

/** A track whose parts are made when a chart first asks for them: none asks for all. */
function lazily(parts: { readonly [Name in keyof Required<Track>]: () => Required<Track>[Name] }): Track {
  const track = {};
  for (const [name, make] of Object.entries(parts)) {
    Object.defineProperty(track, name, {
      configurable: true,
      get() {
        const value: unknown = make();
        Object.defineProperty(track, name, { value });
        return value;
      },
    });
  }
  return track as Track;
}
