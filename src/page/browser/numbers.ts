/** Seconds as `m:ss`, or `h:mm:ss` from an hour on. */
export function timeText(seconds: number): string {
  const whole = Math.round(seconds);
  const twoDigits = (value: number): string => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60];
  const rest = twoDigits(whole % 60);
  return hours > 0 ? `${hours}:${twoDigits(minutes)}:${rest}` : `${minutes}:${rest}`;
}

export function rateText(perSecond: number | null | undefined): string {
  return perSecond === null || perSecond === undefined ? "–" : `${Number(perSecond.toPrecision(3))}/s`;
}

export function secondsText(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return "–";
  return seconds < 0.9995 ? `${Math.round(seconds * 1_000)} ms` : `${Number(seconds.toPrecision(3))} s`;
}

export function countText(count: number | null | undefined): string {
  return count === null || count === undefined ? "–" : String(Math.round(count));
}

export function shareText(share: number | null | undefined): string {
  return share === null || share === undefined ? "–" : `${(share * 100).toFixed(share > 0.1 ? 1 : 2)} %`;
}
