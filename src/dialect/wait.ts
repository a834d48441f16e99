import type { HeaderView } from "../signal/headers.js";
import { type DelayOptions, readDelayMs, type TimeForm } from "../signal/instant.js";
import { type Dialect, WAITS, type WaitHeader } from "./dialect.js";
import type { Failure } from "./failure.js";
import { waitInProse } from "./prose.js";

const UNIT_OF_KEY: Readonly<Record<string, number>> = { retry_after_ms: 1 };

/** The wait that headers state, in milliseconds: the first that can be read, though a weak 0 gives way to a later one. */
export function waitInHeaders(view: HeaderView, dialect: Dialect, options: DelayOptions): number | undefined {
  let weak: number | undefined;
  for (const wait of dialect.waits ?? WAITS) {
    const text = view.get(wait.name);
    const delayMs = text === undefined ? undefined : readWait(text, wait, options);
    if (delayMs === undefined) continue;
    if (delayMs > 0 || wait.isZeroWeak !== true) return delayMs;
    weak ??= delayMs;
  }
  return weak;
}

function readWait(text: string, wait: WaitHeader, options: DelayOptions): number | undefined {
  return readDelayMs(text, { ...options, unitMs: unitOf(wait.as), list: "largest" });
}

function unitOf(form: TimeForm | undefined): number {
  return form === "milliseconds" ? 1 : 1_000;
}

/** The wait that a body states, in milliseconds: under a key of its own, or in prose. */
export function waitInBody(failure: Failure, options: DelayOptions): number | undefined {
  for (const [key, text] of failure.waits) {
    const delayMs = readDelayMs(text, { ...options, unitMs: UNIT_OF_KEY[key] ?? 1_000 });
    if (delayMs !== undefined) return delayMs;
  }
  return waitInProse(failure.message);
}
