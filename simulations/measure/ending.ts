import { ENDINGS, type LoggedEnding, type Recording } from "../world/log.js";
import type { Span } from "../world/span.js";
import { quantile } from "./quantile.js";
import { firstNotBefore } from "./tally.js";

/** The quantile of the times from asking to success, of the requests asked for in a span. */
export function durationQuantile({ requests }: Recording, span: Span, share: number): number {
  const askedAtMs = requests.askedAtMs.view();
  const endedAtMs = requests.endedAtMs.view();
  const endings = requests.ending.view();
  const succeeded = ENDINGS.indexOf("succeeded");
  const until = firstNotBefore(askedAtMs, span.untilMs);
  const found = new Float64Array(askedAtMs.length);
  let length = 0;
  for (let request = firstNotBefore(askedAtMs, span.fromMs); request < until; request++) {
    if (endings[request] !== succeeded) continue;
    found[length++] = (endedAtMs[request] ?? 0) - (askedAtMs[request] ?? 0);
  }
  return quantile(found.subarray(0, length).sort(), share);
}

/** How many requests ended in a span, and how. */
export function countEndings({ requests }: Recording, { fromMs, untilMs }: Span, ending: LoggedEnding): number {
  const wanted = ENDINGS.indexOf(ending);
  const endings = requests.ending.view();
  const endedAtMs = requests.endedAtMs.view();
  let count = 0;
  for (let row = 0; row < endings.length; row++) {
    const atMs = endedAtMs[row] ?? 0;
    if (endings[row] === wanted && atMs >= fromMs && atMs < untilMs) count++;
  }
  return count;
}

/** Tries for each request that was asked for in a span and has ended, unless its user went away. */
export function triesPerRequest({ requests, tries }: Recording, span: Span): number {
  const askedAtMs = requests.askedAtMs.view();
  const endings = requests.ending.view();
  const from = firstNotBefore(askedAtMs, span.fromMs);
  const until = firstNotBefore(askedAtMs, span.untilMs);
  const counts = ENDINGS.map((each) => each !== "open" && each !== "cancelled");
  let ended = 0;
  for (let request = from; request < until; request++) if (counts[endings[request] ?? 0] === true) ended++;
  let sent = 0;
  for (const request of tries.request.view()) {
    if (request >= from && request < until && counts[endings[request] ?? 0] === true) sent++;
  }
  return sent / ended;
}
