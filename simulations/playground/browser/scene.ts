import type { Numbers, Scene, Track } from "../../report/page-data.js";
import type { RunFacts } from "../message.js";
import { type Stretch, stretchOf } from "./merge.js";
import type { Range } from "./outlook.js";
import type { TrackBook } from "./track-book.js";

/** Models that are drawn, of those that are asked. */
export const MODELS_SHOWN = 2;
/** What comes in bursts is shown by the mean of so long at least. */
const BURSTS_MS = 5_000;

/** A run as far as it has come. */
export interface Told {
  readonly facts: Pick<RunFacts, "sampleMs" | "models" | "contestants">;
  /** The clairvoyant's is the first. */
  readonly books: readonly TrackBook[];
  readonly nowMs: number;
}

/** What charts show of a run, between two instants. */
export function sceneOf(told: Told, range: Range): Scene {
  const tracks = told.books.slice(1).map((book, index) => trackOf(told, book, index, range));
  return { durationS: range[1], tracks, standings: [] };
}

/** A line for each contestant, of what comes in bursts, and the instants of its points. */
export function burstLines(
  told: Told,
  kind: "sent" | "tokens",
  [fromS, untilS]: Range,
): { readonly times: readonly number[]; readonly lines: readonly Numbers[] } {
  const { books, facts, nowMs } = told;
  const { sampleMs, models } = facts;
  const untilBin = Math.min((untilS * 1_000) / sampleMs, nowMs / sampleMs);
  const stretch = wholeStretch((fromS * 1_000) / sampleMs, untilBin, sampleMs);
  const binS = (stretch.size * sampleMs) / 1_000;
  const lines = books
    .slice(1)
    .map((book) =>
      kind === "tokens" ? book.perSecond("tokens", stretch, binS) : book.together("sent", models.length, stretch, binS),
    );
  const times = (lines[0] ?? []).map((_, bin) => (stretch.from * sampleMs) / 1_000 + bin * binS);
  return { times, lines };
}

function trackOf({ facts, books, nowMs }: Told, book: TrackBook, index: number, [fromS, untilS]: Range): Track {
  const { sampleMs, models, contestants } = facts;
  const binOf = (seconds: number): number => (seconds * 1_000) / sampleMs;
  const nowBin = nowMs / sampleMs;
  const stretch = stretchOf(Math.floor(binOf(fromS)), Math.ceil(Math.min(binOf(untilS), nowBin)));
  const coarse = wholeStretch(0, nowBin, sampleMs);
  const binS = (stretch.size * sampleMs) / 1_000;
  const goodputBinS = (coarse.size * sampleMs) / 1_000;
  const [clairvoyant = book] = books;
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

/** Points that are over: of one that goes on there is less than there will be, and its line would fall. The first is there always. */
function wholeStretch(fromBin: number, untilBin: number, sampleMs: number): Stretch {
  const stretch = stretchOf(fromBin, Math.max(1, Math.floor(untilBin)), Math.ceil(BURSTS_MS / sampleMs));
  const { from, size } = stretch;
  return { ...stretch, until: from + Math.max(1, Math.floor((untilBin - from) / size)) * size };
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
