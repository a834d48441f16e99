import { timeText } from "../../../../src/page/browser/numbers.js";
import { at, write } from "../../../../src/page/browser/place.js";
import { tableRows } from "../../../../src/page/browser/table-rows.js";
import type { Charts } from "./charts.js";
import { jobRows } from "./job-rows.js";
import { laneRows } from "./lane-rows.js";
import type { Picture } from "./picture.js";
import { settingsList } from "./settings-list.js";

/** Puts what is known into the page. */
export function show(now: NonNullable<Picture["now"]>, drawn: Charts, spanS: number): void {
  const { lanes, jobs, nowMs, provider, headers, seed, isOut, story, settings } = now;
  const nowS = nowMs / 1_000;
  write(at("provider"), provider);
  write(at("headers"), headers);
  write(at("seed"), String(seed));
  write(at("uptime"), timeText(nowS));
  write(at("out"), isOut ? "out: every request gets 503" : "up");
  at("out").classList.toggle("missed", isOut);

  at("story").hidden = story === undefined;
  if (story !== undefined) {
    write(at("story-name"), story.name);
    write(at("story-text"), story.story);
    const durationS = story.durationMs / 1_000;
    const progress = at<HTMLProgressElement>("story-progress");
    progress.max = durationS;
    progress.value = Math.min(nowS, durationS);
    const isOver = nowS >= durationS;
    write(at("story-time"), isOver ? "over: it stays as it is now" : `${timeText(nowS)} of ${timeText(durationS)}`);
  }

  tableRows(at("lanes"), laneRows(lanes));
  at("empty").hidden = lanes.length > 0;
  at("some").hidden = lanes.length === 0;
  const fromS = Math.max(0, Math.floor(nowS) - spanS);
  const more = drawn.draw(lanes, { fromS, untilS: Math.max(Math.floor(nowS), fromS + 30) });
  write(
    at("more"),
    more > 0 ? `The ${lanes.length - more} that ask most are drawn; ${more} more are in the table.` : "",
  );

  at("jobs-section").hidden = jobs.length === 0;
  tableRows(at("jobs"), jobRows(jobs, nowMs));
  settingsList(at("settings"), settings);
}
