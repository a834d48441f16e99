import { ENDINGS, OUTCOMES, type Recording } from "./log.js";

/**
 * What must be so in every run of a client that closes properly, whatever the server does: the broken ones, in a sentence
 * each with the first case. None is what one wants.
 */
export function invariants(recording: Recording): readonly string[] {
  const broken = new Broken();
  const { leaks, endedAgain } = recording;
  if (leaks > 0) broken.add("timers are left after the end", `${leaks} of them`);
  if (endedAgain > 0) broken.add("a request ended more than once", `${endedAgain} times`);
  checkTries(recording, broken);
  checkRequests(recording, broken);
  checkRates(recording, broken);
  return broken.sentences();
}

/** Counts each kind and remembers its first case. */
class Broken {
  readonly #cases = new Map<string, { readonly first: string; count: number }>();

  add(rule: string, where: string): void {
    const known = this.#cases.get(rule);
    if (known === undefined) this.#cases.set(rule, { first: where, count: 1 });
    else known.count++;
  }

  sentences(): string[] {
    return [...this.#cases].map(([rule, { first, count }]) =>
      count === 1 ? `${rule} (${first})` : `${rule} (${first}, and ${count - 1} more)`,
    );
  }
}

function checkTries({ tries, requests }: Recording, broken: Broken): void {
  const triesOf = new Uint32Array(requests.length);
  const endOfLastMs = new Float64Array(requests.length).fill(Number.NEGATIVE_INFINITY);
  let before = 0;
  for (let row = 0; row < tries.length; row++) {
    const request = tries.request.at(row);
    const sentAtMs = tries.sentAtMs.at(row);
    const endedAtMs = tries.endedAtMs.at(row);
    const where = `request ${request} at ${sentAtMs} ms`;
    const number = (triesOf[request] ?? 0) + 1;
    if (sentAtMs < before) broken.add("tries are logged out of order", where);
    if (tries.attempt.at(row) !== number) broken.add("tries of a request are not numbered one after another", where);
    if (!(tries.waitMs.at(row) >= 0)) broken.add("a try waited for less than no time", where);
    if (sentAtMs < (endOfLastMs[request] ?? 0)) broken.add("a request was tried again while it was under way", where);
    if (sentAtMs > requests.endedAtMs.at(request)) broken.add("a request was tried after it had ended", where);
    if (sentAtMs < requests.askedAtMs.at(request)) broken.add("a request was tried before it was asked for", where);
    // The permit of such a try never came back.
    if (Number.isNaN(endedAtMs)) broken.add("a try was under way after the end", where);
    if (endedAtMs < sentAtMs) broken.add("a try ended before it was sent", where);
    before = sentAtMs;
    triesOf[request] = number;
    endOfLastMs[request] = endedAtMs;
  }
}

function checkRequests({ tries, requests }: Recording, broken: Broken): void {
  const accepted = OUTCOMES.indexOf("accepted");
  const succeeded = ENDINGS.indexOf("succeeded");
  const wasAccepted = new Uint8Array(requests.length);
  for (let row = 0; row < tries.length; row++) {
    if (tries.outcome.at(row) === accepted) wasAccepted[tries.request.at(row)] = 1;
  }
  for (let row = 0; row < requests.length; row++) {
    const isOpen = requests.ending.at(row) === 0;
    if (isOpen !== Number.isNaN(requests.endedAtMs.at(row))) broken.add("an ending has no instant", `request ${row}`);
    if (requests.endedAtMs.at(row) < requests.askedAtMs.at(row)) {
      broken.add("a request ended before it was asked for", `request ${row}`);
    }
    if (requests.ending.at(row) === succeeded && wasAccepted[row] !== 1) {
      broken.add("a request succeeded that the server never let in", `request ${row}`);
    }
  }
}

function checkRates({ samples }: Recording, broken: Broken): void {
  for (const { atMs, rates } of samples) {
    for (const rate of rates.flat()) {
      if (rate !== null && !(rate > 0 && rate < Number.POSITIVE_INFINITY)) {
        broken.add("a rate is not a number above 0", `${rate} at ${atMs} ms`);
      }
    }
  }
}
