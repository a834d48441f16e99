import type { DecisionEvent, SluiceEvent } from "../../../src/flow/event.js";
import { short, shortOrNull } from "../bins.js";
import { type DecisionTrack, type Gaps, MOVES, type ModelTrack, type Track } from "../page-data.js";
import { type ReasonCount, Reasons } from "../reasons.js";
import { type Bin, count, decide, type KeyBin, keyIn, merge, newBin } from "./bin.js";

/** As fine as a page shows. Where a run takes longer, two become one. */
const BINS_MAX = 1_200;
/** More models than a reader would look at one by one aren't drawn. */
const MODELS_MAX = 6;
/** Keys that are told apart; all others are one. */
const KEYS_MAX = 24;
const CHANGES_MAX = 1_000;
const OTHERS = "all others";

/** Puts together what a page draws of a run, while it runs: in bounded room, however long it takes and whatever it sends. */
export class RunTracker {
  readonly #startMs: number;
  readonly #nameOf: (key: string) => string;
  readonly #reasons = new Reasons(CHANGES_MAX);
  readonly #names = new Map<string, string>();
  readonly #waiting = new Set<number>();
  readonly #flying = new Set<number>();
  #bins: Bin[] = [];
  #binS = 1;

  /** @param startMs by the clock of the events */
  constructor(startMs: number, nameOf: (key: string) => string) {
    this.#startMs = startMs;
    this.#nameOf = nameOf;
  }

  take(event: SluiceEvent): void {
    const bin = this.#binAt(event.atMs);
    switch (event.type) {
      case "queued":
      case "retry":
        this.#flying.delete(event.request);
        this.#waiting.add(event.request);
        break;
      case "sent": {
        this.#waiting.delete(event.request);
        this.#flying.add(event.request);
        const own = keyIn(bin, this.#keyOf(event.key));
        own.sent += 1;
        own.rate = Math.max(own.rate ?? 0, event.ratePerSecond);
        if (event.attempt === 1) bin.waits.take(event.waitMs);
        break;
      }
      case "response":
        this.#flying.delete(event.request);
        count(keyIn(bin, this.#keyOf(event.key)), event.outcome);
        break;
      case "settled":
      case "dropped":
        this.#waiting.delete(event.request);
        this.#flying.delete(event.request);
        break;
      case "decision":
        this.#decide(bin, event);
        break;
      default:
        return;
    }
    bin.queued = this.#waiting.size;
    bin.inFlight = this.#flying.size;
  }

  get reasons(): readonly ReasonCount[] {
    return this.#reasons.counts();
  }

  /** What there is to draw, up to an instant. */
  track(title: string, nowMs: number): Track {
    this.#binAt(nowMs);
    const bins = this.#bins;
    const empty = bins.map(() => 0);
    return {
      title,
      binS: this.#binS,
      models: this.#models(),
      waiting: {
        queued: levels(bins.map(({ queued }) => queued)),
        inFlight: levels(bins.map(({ inFlight }) => inFlight)),
        p50: waitsAt(bins, 0.5),
        p99: waitsAt(bins, 0.99),
      },
      goodput: { binS: this.#binS, own: empty, optimum: empty },
      decisions: this.#decisions(),
    };
  }

  #models(): readonly ModelTrack[] {
    const sums = [...new Set(this.#names.values())].map((name) => {
      const own = this.#bins.map(({ keys }) => keys.get(name));
      return { name, own, sent: own.reduce((sum, bin) => sum + (bin?.sent ?? 0), 0) };
    });
    const busiest = sums.sort((one, other) => other.sent - one.sent).slice(0, MODELS_MAX);
    return busiest.filter(({ sent }) => sent > 0).map(({ name, own }) => this.#model(name, own));
  }

  #model(name: string, bins: readonly (KeyBin | undefined)[]): ModelTrack {
    const perSecond = (total = 0): number => short(total / this.#binS);
    return {
      name,
      limit: kept(bins.map((bin) => bin?.limit)),
      rate: kept(bins.map((bin) => bin?.rate)),
      clientRates: [],
      accepted: bins.map((bin) => perSecond(bin?.accepted)),
      sent: bins.map((bin) => perSecond(bin?.sent)),
      refusals: {
        "429": bins.map((bin) => bin?.refusals["429"] ?? 0),
        "503": bins.map((bin) => bin?.refusals["503"] ?? 0),
        lost: bins.map((bin) => bin?.refusals.lost ?? 0),
      },
    };
  }

  #decisions(): DecisionTrack {
    const lanes = this.reasons
      .map(({ because, move, count: many }) => ({ because, move: MOVES.indexOf(move), many }))
      .sort((one, other) => one.move - other.move || other.many - one.many);
    const laneOf = new Map(lanes.map(({ move, because }, lane) => [`${MOVES[move]} ${because}`, lane]));
    const rows = this.#bins.flatMap(({ decisions }, bin) =>
      [...decisions].map(([reason, { many, rate }]) => [bin, laneOf.get(reason) ?? 0, many, short(rate)] as const),
    );
    return { lanes, rows };
  }

  #decide(bin: Bin, { key, atMs, dimension, scope, ratePerSecond, limitPerSecond, decision }: DecisionEvent): void {
    const { move, because } = decision;
    const rate = Number.isFinite(ratePerSecond) ? ratePerSecond : 0;
    decide(bin, `${move} ${because}`, 1, rate);
    this.#reasons.take({
      ...{ because, move, rate, atMs: atMs - this.#startMs },
      budget: JSON.stringify([this.#keyOf(key), dimension, scope]),
    });
    if (dimension === "requests" && limitPerSecond !== undefined) keyIn(bin, this.#keyOf(key)).limit = limitPerSecond;
  }

  #keyOf(key: string): string {
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    if (this.#names.size >= KEYS_MAX) return OTHERS;
    const name = this.#nameOf(key);
    this.#names.set(key, name);
    return name;
  }

  #binAt(atMs: number): Bin {
    const atS = Math.max(0, (atMs - this.#startMs) / 1_000);
    while (atS >= BINS_MAX * this.#binS) this.#widen();
    const index = Math.floor(atS / this.#binS);
    while (this.#bins.length <= index) this.#bins.push(newBin());
    return this.#bins[index] ?? newBin();
  }

  #widen(): void {
    const wide: Bin[] = [];
    for (let index = 0; index < this.#bins.length; index += 2) {
      const [one, next] = [this.#bins[index], this.#bins[index + 1]];
      if (one === undefined) break;
      if (next !== undefined) merge(one, next);
      wide.push(one);
    }
    this.#bins = wide;
    this.#binS *= 2;
  }
}

/** What stood at the end of each bin: where nothing happened, what stood before. */
function levels(values: readonly (number | undefined)[]): readonly number[] {
  let level = 0;
  return values.map((value) => {
    level = value ?? level;
    return level;
  });
}

/** What was said last holds until something else is said. */
function kept(values: readonly (number | null | undefined)[]): Gaps {
  let last: number | null = null;
  return values.map((value) => {
    last = shortOrNull(value) ?? last;
    return last;
  });
}

function waitsAt(bins: readonly Bin[], share: number): Gaps {
  return bins.map(({ waits }) => {
    const waitMs = waits.quantile(share);
    return waitMs === null ? null : short(waitMs / 1_000);
  });
}
