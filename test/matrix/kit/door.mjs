import { abortsInQueue } from "./checks/abort.mjs";
import { closedGate } from "./checks/closed.mjs";
import { seesRetries } from "./checks/comebacks.mjs";
import { keepsPace } from "./checks/pace.mjs";
import { outlastsOwnClock } from "./checks/patience.mjs";
import { ridesIn } from "./checks/riding.mjs";
import { streams } from "./checks/streaming.mjs";
import { settlesTokens } from "./checks/tokens.mjs";
import { runChecks } from "./report.mjs";

/**
 * An SDK as the checks use it.
 *
 * @typedef {object} Door
 * @property {string} door As the table calls it.
 * @property {string} version
 * @property {string} provider Whose API it talks to.
 * @property {string} model
 * @property {object} [server] What else that API needs, for `startServer`.
 * @property {(world: object, own?: { timeout?: number, maxRetries?: number }) => unknown} client Made with sluice's
 *   options; `own` is what a user says instead: a time limit in milliseconds, and how often the SDK itself tries again.
 * @property {(client: unknown, ask: Ask) => Promise<{ text: string, input: number, output: number }>} ask
 * @property {(client: unknown, ask: Ask) => AsyncIterable<string>} stream
 * @property {(error: unknown) => number | undefined} typedStatus The status of the SDK's own error; undefined for any other,
 *   and for one of 429 that isn't of the class that the SDK has for it.
 * @property {object} [pace] What 20 requests a second are at that API: one of `TWENTY`.
 * @property {boolean} [countsRetries] Whether it says of a request that it is its own retry. Default false.
 * @property {boolean} [clockTicksWhileWaiting] Whether its own time limit covers our queue. Default true.
 *
 * @typedef {{ prompt: string, tokensMax: number, signal?: AbortSignal }} Ask
 */

/** Holds an SDK to all that it should do. @param {Door} door */
export async function runDoor(door) {
  const checks = {
    ...keepsPace,
    ...closedGate,
    ...abortsInQueue,
    ...outlastsOwnClock,
    ...(door.countsRetries === true ? seesRetries : {}),
    ...streams,
    ...settlesTokens,
    ...ridesIn,
  };
  await runChecks(door, Object.fromEntries(Object.entries(checks).map(([name, check]) => [name, () => check(door)])));
}
