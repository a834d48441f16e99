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
import { Outlook, type Range } from "./outlook.js";
import { burstLines, MODELS_SHOWN, sceneOf, type Told } from "./scene.js";
import { TrackBook } from "./track-book.js";
import type { Piece } from "./turns.js";

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
  readonly #outlook: Outlook;
  #nowMs = 0;

  constructor(facts: RunFacts, places: StagePlaces, onLook: () => void) {
    this.#facts = facts;
    this.#onLook = onLook;
    this.#outlook = new Outlook(facts.durationMs);
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

  /** Shows the last so many seconds; 0: all so far; -1: the whole run. */
  show(spanS: number): void {
    this.#outlook.show(spanS);
  }

  set nowMs(nowMs: number) {
    this.#nowMs = nowMs;
  }

  /** The stretch that is looked at, in seconds. */
  range(): Range {
    return this.#outlook.range(this.#nowMs);
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
          scene ??= sceneOf(this.#told(), range);
          const spec = picture.spec(scene);
          if (spec !== undefined) picture.chart.show(spec, range);
        },
      }));
  }

  redraw(): void {
    for (const { chart } of this.#pictures) chart.redraw();
  }

  /** Its charts are gone afterwards: whoever is in step with others would be kept for ever. */
  close(): void {
    this.#watcher.disconnect();
    for (const { chart } of this.#pictures) chart.destroy();
    this.#pictures.length = 0;
  }

  #told(): Told {
    return { facts: this.#facts, books: this.books, nowMs: this.#nowMs };
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
    const behind = this.#figure("Requests behind the clairvoyant", "since the start", 300, (scene) =>
      behindChart(scene, "run"),
    );
    const perSecond = (kind: "sent" | "tokens") => (): ChartSpec => {
      const { times, lines } = burstLines(this.#told(), kind, this.range());
      return linesChart({ titles, times, lines, text: rateText, syncKey: "run" });
    };
    const sent = this.#figure("Requests sent", "a second, refused ones too", 180, perSecond("sent"));
    const tokens = this.#facts.hasTokens
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
      this.#outlook.zoom(range);
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
