import { packages, sdk, version } from "./cell.mjs";
import { abortsInQueue } from "./checks/abort.mjs";
import { callsAsWritten } from "./checks/call.mjs";
import { closedGate } from "./checks/closed.mjs";
import { seesRetries } from "./checks/comebacks.mjs";
import { keepsPace } from "./checks/pace.mjs";
import { outlastsOwnClock } from "./checks/patience.mjs";
import { ridesIn } from "./checks/riding.mjs";
import { streams } from "./checks/streaming.mjs";
import { settlesTokens } from "./checks/tokens.mjs";
import { fromReadme } from "./lines.mjs";
import { runChecks } from "./report.mjs";

/**
 * An SDK as the checks use it. Its clients are what the README's lines make.
 *
 * @typedef {object} Door
 * @property {string} provider Whose API it talks to.
 * @property {string} model
 * @property {object} [server] What else that API needs, for `startServer`.
 * @property {(made: Made, ask: Ask) => Promise<{ text: string, input: number, output: number }>} ask
 * @property {(made: Made, ask: Ask) => AsyncIterable<string>} stream
 * @property {(error: unknown) => number | undefined} typedStatus The status of the SDK's own error; undefined for any other,
 *   and for one of 429 that isn't of the class that the SDK has for it.
 * @property {RegExp} [streamError] What it says of an error in a stream; default what the server says.
 * @property {object} [pace] What 20 requests a second are at that API: one of `TWENTY`.
 * @property {boolean} [countsRetries] Whether it says of a request that it is its own retry. Default false.
 * @property {boolean} [isSaidInCalls] Whether a user's own time limit and retries are said in each call; default in the client.
 * @property {boolean} [clockTicksWhileWaiting] Whether its own time limit covers our queue. Default true.
 *
 * @typedef {{ prompt: string, tokensMax: number, signal?: AbortSignal }} Ask
 * @typedef {{ timeout?: number, maxRetries?: number }} Own What a user says instead of what the README says: a time limit
 *   in milliseconds, and how often the SDK itself tries again.
 * @typedef {{ client: unknown, own: Own }} Made A client, and what is left to say in each of its calls.
 */

/** Holds an SDK to all that it should do, as it is set up by the lines that the README has for it. @param {Door} about */
export async function runDoor(about) {
  const readme = await fromReadme(sdk, packages);
  const { model, isSaidInCalls } = about;
  const client = (sluice, own = {}) => {
    const said = isSaidInCalls === true ? sluice : saying(sluice, own);
    return { client: readme.client({ sluice: said, model }), own };
  };
  const door = { ...about, client, call: readme.call };
  const checks = {
    ...closedGate,
    ...abortsInQueue,
    ...outlastsOwnClock,
    ...(door.countsRetries === true ? seesRetries : {}),
    ...streams,
    ...settlesTokens,
    ...ridesIn,
    ...(door.call === undefined ? {} : callsAsWritten),
    // Last, when all that is loaded and compiled on the way is so: that alone may stop a busy machine for seconds.
    ...keepsPace,
  };
  const named = Object.entries(checks).map(([name, check]) => [name, () => check(door)]);
  await runChecks({ door: sdk, version }, Object.fromEntries(named));
}

/** A sluice whose `sdkOptions()` are what a user made of them. */
function saying(sluice, own) {
  return { ...sluice, sdkOptions: () => ({ ...sluice.sdkOptions(), ...own }) };
}
