import type { Random } from "../src/random.js";

/**
 * A seeded generator: equal seeds give equal numbers, on every machine. A text seed makes independent streams of one
 * world (`` `${seed}/latency` ``), so that one more draw in one place doesn't shift all others.
 *
 * sfc32 (Chris Doty-Humphrey's Small Fast Counter, PractRand), seeded through FNV-1a and 12 rounds of warming up.
 */
export function seededRandom(seed: number | string): Random {
  let a = hash(`${seed}:a`);
  let b = hash(`${seed}:b`);
  let c = hash(`${seed}:c`);
  let counter = 1;
  const next: Random = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 12; round++) next();
  return next;
}

/** A waiting time between events that come by chance: exponential with this mean. */
export function exponential(random: Random, mean: number): number {
  return -mean * Math.log(1 - random());
}

/** A standard normal number (Box and Muller, 1958). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** What latencies and lengths of answers look like: half lie below `median`; `sigma` 0 is always the median, 1 is wide. */
export function logNormal(
  random: Random,
  { median, sigma }: { readonly median: number; readonly sigma: number },
): number {
  return sigma === 0 ? median : median * Math.exp(sigma * normal(random));
}

/** FNV-1a, 32 bits: turns a text into a number that looks nothing like it. */
export function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  }
  return state >>> 0;
}
