import { CLOSE } from "./ending.mjs";
import { FETCH } from "./fetch.mjs";
import { STREAM } from "./stream.mjs";
import { WITH } from "./surroundings.mjs";
import { MAP, RXJS, SCHEDULE } from "./tasks.mjs";

const DOORS = {
  fetch: FETCH,
  streams: STREAM,
  schedule: SCHEDULE,
  "wrap, pace": RXJS,
  map: MAP,
  with: WITH,
  close: CLOSE,
};

/**
 * Runs every check of the core, on the web platform alone, and tells of each.
 *
 * @param {{ origin: string, deadOrigin: string, carries: boolean }} world Where the simulated API is, where nobody
 *   listens, and whether there must be an AsyncLocalStorage
 * @param {(verdict: { door: string, check: string, ok: boolean, detail: unknown }) => void} tell
 */
export async function runCore(world, tell) {
  for (const [door, checks] of Object.entries(DOORS)) {
    for (const [check, run] of Object.entries(checks)) {
      try {
        tell({ door, check, ok: true, detail: (await run(world)) ?? "" });
      } catch (error) {
        tell({ door, check, ok: false, detail: String(error?.stack ?? error) });
      }
    }
  }
}
