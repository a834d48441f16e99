import { systemClock } from "../clock.js";
import { messageOf } from "./batch/failure.js";

/** How often a person hears of the same trouble, in milliseconds. */
const COMPLAINT_MS = 30_000;

/** A server that doesn't answer is asked again for long: whoever mistyped its name must hear of it, though not each time. */
export function complaints(tell: (message: string) => void): (host: string, error: unknown) => void {
  const quietUntilMs = new Map<string, number>();
  return (host, error) => {
    const nowMs = systemClock.now();
    if (nowMs < (quietUntilMs.get(host) ?? Number.NEGATIVE_INFINITY)) return;
    quietUntilMs.set(host, nowMs + COMPLAINT_MS);
    tell(`no answer from ${host} (${messageOf(error)}); trying again`);
  };
}
