import { createLogUpdate } from "log-update";
import { createPaint, isLive } from "../batch/display.js";
import type { Paint } from "../batch/panel.js";
import { duration } from "../batch/words.js";
import type { Io } from "../command.js";

/** How far something is, in words beside the share. */
export interface Standing {
  /** In [0, 1]. */
  readonly share: number;
  /** `12 of 50 worlds`. */
  readonly text: string;
}

/** One line that a person watches: a bar on a terminal, a line now and then elsewhere. */
export interface ProgressLine {
  show(standing: Standing): void;
  /** Takes the bar away. */
  end(): void;
}

const LIVE_EVERY_MS = 100;
const PLAIN_EVERY_MS = 5_000;
/** Before that, what is left is a guess. */
const ESTIMATE_AFTER_MS = 1_000;
const BAR_WIDTH_MIN = 5;
const BAR_WIDTH_MAX = 30;

/** Real time, also in a thread whose global clock is that of a simulated world for the while. */
const realNow = (): number => Number(process.hrtime.bigint()) / 1e6;

/** Shows progress on standard error. */
export function createProgressLine(
  { stderr, env }: Pick<Io, "stderr" | "env">,
  now: () => number = realNow,
): ProgressLine {
  const beginMs = now();
  let shownMs = beginMs;
  const live = isLive(stderr, env);
  const draw = live ? createLogUpdate(stderr as NodeJS.WriteStream) : undefined;
  const paint = createPaint(stderr, env);
  return {
    show(standing) {
      const nowMs = now();
      if (nowMs - shownMs < (live ? LIVE_EVERY_MS : PLAIN_EVERY_MS)) return;
      shownMs = nowMs;
      const left = leftOf(standing.share, nowMs - beginMs);
      if (draw === undefined) stderr.write(`${plain(standing, left)}\n`);
      else draw(bar(standing, left, { columns: stderr.columns ?? 80, paint }));
    },
    end: () => {
      draw?.clear();
      draw?.done();
    },
  };
}

function leftOf(share: number, elapsedMs: number): string {
  if (elapsedMs < ESTIMATE_AFTER_MS || share <= 0) return "";
  return `${duration((elapsedMs * (1 - share)) / share)} left`;
}

function plain({ share, text }: Standing, left: string): string {
  return [`${percent(share)}, ${text}`, left].filter((part) => part !== "").join(", ");
}

/** A bar and its words, never wider than the terminal. */
export function bar(
  { share, text }: Standing,
  left: string,
  { columns, paint }: { readonly columns: number; readonly paint: Paint },
): string {
  const words = [percent(share).padStart(5), text, ...(left === "" ? [] : [left])].join("  ");
  const width = Math.min(BAR_WIDTH_MAX, columns - words.length - 3);
  if (width < BAR_WIDTH_MIN) return words.trimStart().slice(0, Math.max(0, columns - 1));
  const full = Math.round(share * width);
  return `${paint("cyan", "━".repeat(full))}${paint("dim", "━".repeat(width - full))}  ${words}`;
}

function percent(share: number): string {
  return `${Math.floor(share * 100)} %`;
}
