import { mean } from "../measure/mean.js";
import type { Candidate, Ledger } from "./ledger.js";
import { difference, lossOf, type Rows } from "./score.js";

/** How a race is run. */
export interface RaceOptions {
  readonly ledger: Ledger;
  /** Seeds that are added in each round. */
  readonly rounds: readonly (readonly number[])[];
  /** Weights of a refusal: who is good for one of them is kept, so that a whole front survives. */
  readonly weights: readonly number[];
  /** Who is never dropped. */
  readonly keep: Candidate;
  readonly onRound?: (round: number, field: readonly Candidate[]) => void;
}

/** The field isn't made smaller than this. */
export const FIELD_MIN = 5;
/** Who is so many standard errors behind the leader is behind. */
const CLEARLY = 2;

/**
 * Successive halving (Jamieson and Talwalkar, 2016): all meet a few seeds, half of them a few more, and so on. Who is clearly
 * behind the leader by paired differences (F-races: Birattari and others, 2002) goes before that.
 *
 * @returns who met all seeds
 */
export async function race(candidates: readonly Candidate[], options: RaceOptions): Promise<readonly Candidate[]> {
  const { ledger, rounds, onRound } = options;
  let field = candidates;
  let seeds: readonly number[] = [];
  for (const [round, more] of rounds.entries()) {
    seeds = [...seeds, ...more];
    onRound?.(round, field);
    await ledger.ensure(field, more);
    field = field.filter((candidate) => ledger.rows(candidate, seeds) !== undefined);
    if (round < rounds.length - 1) field = survivors(field, seeds, options);
  }
  return field;
}

/** How many are left after each round of a field of this size, if none is dropped early. */
export function fieldSizes(size: number, rounds: number): readonly number[] {
  return Array.from({ length: rounds }, (_, round) => {
    let left = size;
    for (let count = 0; count < round; count++) left = half(left);
    return left;
  });
}

function half(size: number): number {
  return Math.min(size, Math.max(FIELD_MIN, Math.ceil(size / 2)));
}

function survivors(field: readonly Candidate[], seeds: readonly number[], options: RaceOptions): readonly Candidate[] {
  const { ledger, weights, keep } = options;
  const known = field.map((candidate) => ({ candidate, rows: ledger.rows(candidate, seeds) ?? [] }));
  const bestRank = new Map<Candidate, number>();
  for (const weight of weights) {
    for (const [rank, { candidate, isBehind }] of ranked(known, weight).entries()) {
      const place = isBehind ? Number.POSITIVE_INFINITY : rank;
      bestRank.set(candidate, Math.min(bestRank.get(candidate) ?? Number.POSITIVE_INFINITY, place));
    }
  }
  const rankOf = (candidate: Candidate): number => bestRank.get(candidate) ?? Number.POSITIVE_INFINITY;
  const room = half(field.length);
  const best = [...field]
    .sort((a, b) => rankOf(a) - rankOf(b))
    .filter((candidate, index) => index < FIELD_MIN || (index < room && rankOf(candidate) < Number.POSITIVE_INFINITY));
  // In the order of the field, so that nothing depends on how ties were sorted.
  return field.filter((candidate) => candidate === keep || best.includes(candidate));
}

interface Known {
  readonly candidate: Candidate;
  readonly rows: Rows;
}

/** By what they lost, the best first, each with whether it is clearly behind that one. */
function ranked(known: readonly Known[], weight: number): readonly { candidate: Candidate; isBehind: boolean }[] {
  const sorted = known
    .map((each) => ({ ...each, loss: mean(each.rows.flat().map((metrics) => lossOf(metrics, weight))) }))
    .sort((a, b) => a.loss - b.loss);
  const [leader] = sorted;
  return sorted.map(({ candidate, rows }) => {
    const { mean: lag, error } = difference(rows, leader?.rows ?? rows, (metrics) => lossOf(metrics, weight));
    return { candidate, isBehind: lag > CLEARLY * error && lag > 0 };
  });
}
