import { type Clock, systemClock } from "../../src/clock.js";
import type { SluiceOptions } from "../../src/options.js";
import type { Sluice } from "../../src/sluice.js";
import { LOG_VERSION, type LogHead } from "./log.js";
import { packageVersion } from "./version.js";

/** How a log is written. All optional. */
export interface RecordOptions {
  /** The options that the sluice was made with: those of its control stand in the log, and nothing else of them. */
  readonly options?: Pick<SluiceOptions, "control">;
  /** The clock that the sluice was made with. Default: the system's. */
  readonly clock?: Clock;
}

/**
 * Writes what happens in a sluice as a log that `sluice replay` reads: JSON lines, each with its newline, a head first. No
 * bodies, no headers and no credentials: keys that `fetch` made have a fingerprint alone, and keys of one's own stand as
 * they are. A request takes about a thousand characters.
 *
 * @param write is given whole lines, at once and in order. What it throws ends the log, and is kept from the sluice
 * @returns what ends it; it ends by itself when the sluice is closed
 */
export function recordLog(
  sluice: Pick<Sluice, "event$">,
  write: (line: string) => void,
  { options, clock = systemClock }: RecordOptions = {},
): () => void {
  const head: LogHead = {
    type: "log",
    version: LOG_VERSION,
    sluice: packageVersion(),
    wallStartMs: clock.wallNow(),
    startMs: clock.now(),
    ...(options?.control !== undefined && { control: options.control }),
  };
  let isOver = false;
  const tell = (line: object): void => {
    if (isOver) return;
    try {
      write(`${JSON.stringify(line)}\n`);
    } catch {
      isOver = true;
    }
  };
  tell(head);
  const subscription = sluice.event$.subscribe((event) => {
    if (event.type !== "queued") tell(event);
  });
  return () => {
    isOver = true;
    subscription.unsubscribe();
  };
}
