import { timeText } from "../../../../src/page/browser/numbers.js";
import { tableRows } from "../../../../src/page/browser/table-rows.js";
import type { ServerState } from "../../http.js";
import type { Charts } from "./charts.js";
import { jobRows } from "./job-rows.js";
import { laneRows } from "./lane-rows.js";
import { settingsList } from "./settings-list.js";

/** Puts a state into the page. */
export function show(state: ServerState, drawn: Charts, spanS: number): void {
  const at = (name: string): HTMLElement => document.querySelector<HTMLElement>(`[data-${name}]`) ?? document.body;
  const write = (name: string, text: string): void => {
    const place = at(name);
    if (place.textContent !== text) place.textContent = text;
  };
  const { lanes, jobs, nowMs, provider, headers, seed, isOut, story, settings } = state;
  const nowS = nowMs / 1_000;
  write("provider", provider);
  write("headers", headers);
  write("seed", String(seed));
  write("uptime", timeText(nowS));
  write("out", isOut ? "out: every request gets 503" : "up");
  at("out").classList.toggle("missed", isOut);

  at("story").hidden = story === undefined;
  if (story !== undefined) {
    write("story-name", story.name);
    write("story-text", story.story);
    const durationS = story.durationMs / 1_000;
    const progress = at("story-progress") as HTMLProgressElement;
    progress.max = durationS;
    progress.value = Math.min(nowS, durationS);
    const isOver = nowS >= durationS;
    write("story-time", isOver ? "over: it stays as it is now" : `${timeText(nowS)} of ${timeText(durationS)}`);
  }

  tableRows(at("lanes"), laneRows(lanes));
  at("empty").hidden = lanes.length > 0;
  at("some").hidden = lanes.length === 0;
  const fromS = Math.max(0, Math.floor(nowS) - spanS);
  const more = drawn.draw(lanes, { fromS, untilS: Math.max(Math.floor(nowS), fromS + 30) });
  write("more", more > 0 ? `The ${lanes.length - more} that ask most are drawn; ${more} more are in the table.` : "");

  at("jobs-section").hidden = jobs.length === 0;
  tableRows(at("jobs"), jobRows(jobs, nowMs));
  settingsList(at("settings"), settings);
}
