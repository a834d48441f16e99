import { METRICS, type Metric } from "../measure/metrics.js";

/** A metric that this version knows, if it does. */
export function metricOf(name: string): Metric | undefined {
  return Object.hasOwn(METRICS, name) ? METRICS[name as keyof typeof METRICS] : undefined;
}

/** A metric's value in its unit. */
export function metricText(name: string, value: number): string {
  if (Number.isNaN(value)) return "–";
  switch (metricOf(name)?.unit) {
    case "share":
      return shareText(value);
    case "ms":
      return durationText(value);
    case "count":
      return numberText(Math.round(value * 10) / 10);
    default:
      return numberText(Number(value.toPrecision(3)));
  }
}

/** A part of one as per cent, finer where it is small or nearly all. */
export function shareText(share: number): string {
  const rest = Math.min(Math.abs(share), Math.abs(1 - share));
  return `${(share * 100).toFixed(rest < 0.01 ? 2 : 1)} %`;
}

export function durationText(ms: number): string {
  if (!Number.isFinite(ms)) return "never";
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${Number((ms / 1_000).toPrecision(3))} s`;
  const whole = Math.round(ms / 1_000);
  const [hours, minutes, seconds] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60, whole % 60];
  return [hours > 0 && `${hours} h`, minutes > 0 && `${minutes} min`, seconds > 0 && `${seconds} s`]
    .filter((part) => part !== false)
    .join(" ");
}

/** An instant of a run as a clock shows it: `2:05`. */
export function clockText(ms: number): string {
  const whole = Math.round(ms / 1_000);
  const [hours, minutes] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60];
  const seconds = String(whole % 60).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${seconds}` : `${minutes}:${seconds}`;
}

/** Digits in groups of three. */
export function numberText(value: number): string {
  const [whole = "", rest] = String(value).split(".");
  const grouped = whole.replace(/\d(?=(\d{3})+$)/g, "$&,");
  return rest === undefined ? grouped : `${grouped}.${rest}`;
}
