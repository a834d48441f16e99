import type { Random } from "../../src/random.js";
import { seededRandom } from "../random.js";

/** The drawings of one world: each asks once, in the order in which it is written. */
export interface Dice {
  readonly random: Random;
  chance(share: number): boolean;
  between(low: number, high: number): number;
  /** So that each doubling is as likely as any other. */
  logBetween(low: number, high: number): number;
  oneOf<T>(list: readonly [T, ...T[]]): T;
}

/** Dice that begin at a seed. */
export function createDice(seed: string): Dice {
  const random = seededRandom(seed);
  const between = (low: number, high: number): number => low + (high - low) * random();
  return {
    random,
    chance: (share) => random() < share,
    between,
    logBetween: (low, high) => Math.exp(between(Math.log(low), Math.log(high))),
    oneOf: (list) => list[Math.floor(random() * list.length)] ?? list[0],
  };
}

/** Three digits are enough, and make a scenario that people can read. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
