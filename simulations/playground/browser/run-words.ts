import { timeText } from "../../../src/page/browser/numbers.js";
import { at, write } from "../../../src/page/browser/place.js";
import type { News, RunFacts } from "../message.js";
import type { Settings } from "../settings.js";
import type { Stage } from "./stage.js";

/** What is said of a run, to who can't see it. */
const STATUS = { over: "The run is over.", playing: "It runs.", paused: "It stands still.", lost: "It has stopped." };

/** How a run stands, as far as the page was told. */
export interface RunNow {
  readonly facts: RunFacts;
  readonly news: News | undefined;
  /** What simulates is gone, or can't go on. */
  readonly isStopped: boolean;
  /** How long frames take. */
  readonly p95Ms: number | undefined;
}

/** Says where a run is, and how fast it goes. */
export function showRun({ facts, news, isStopped, p95Ms }: RunNow): void {
  const { nowMs = 0, isOver = false, timesReal = 0, triesPerSecond = 0 } = news ?? {};
  const isPlaying = news?.isPlaying === true && !isStopped;
  const run = isStopped ? "lost" : isOver ? "over" : isPlaying ? "playing" : "paused";
  write(at("play"), isOver || isStopped ? "Again" : isPlaying ? "Pause" : "Play");
  write(at("clock"), `${timeText(nowMs / 1_000)} of ${timeText(facts.durationMs / 1_000)}`);
  at<HTMLProgressElement>("progress").value = nowMs / facts.durationMs;
  write(at("status"), STATUS[run]);
  const pace = `${Number(timesReal.toPrecision(3))}× real time, ${Math.round(triesPerSecond)} requests a second`;
  write(at("pace-words"), isPlaying ? `simulates at ${pace}` : "");
  write(at("page-words"), p95Ms === undefined ? "" : `the page draws in ${p95Ms.toFixed(1)} ms a frame`);
  document.documentElement.dataset["run"] = run;
}

/** How many of the settings were changed while it ran. */
export function showChanges({ changes: { length } }: Settings): void {
  const changes = `${length} ${length === 1 ? "change" : "changes"} made while it ran`;
  write(at("changes-words"), length === 0 ? "" : changes);
  at<HTMLButtonElement>("forget").disabled = length === 0;
}

/** Which span of it is drawn. */
export function showRange(stage: Stage): void {
  const [fromS = 0, untilS = 0] = stage.range() ?? [];
  write(at("range"), `${timeText(fromS)} – ${timeText(untilS)}`);
}
