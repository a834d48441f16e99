import { powerOfTwo } from "../power.js";

/**
 * Tokens in two accounts. What the server has charged is in the quota's level, where it can be compared with a header;
 * what it will charge for requests that aren't finished is only promised, and kept here. Mixed into one account, each
 * header would look like an error, and take the promise back until the answer is complete. Plain data; units are tokens.
 */
export interface TokenState {
  /** Sum of the expected output of all unfinished requests. */
  readonly reserved: number;
  /** Requests sent and not settled. */
  readonly unfinished: number;
  /** What answers have turned out to be, by the size of the answer that was asked for. Bounded. */
  readonly classes: readonly OutputClass[];
}

/** Answers to requests that allowed about as many tokens. */
export interface OutputClass {
  /** Power of two at or above what was allowed; null where nothing was said. */
  readonly exponent: number | null;
  readonly mean: number;
  /** Mean and variance of the natural logarithm of the output. */
  readonly logMean: number;
  readonly logVariance: number;
  readonly answers: number;
}

/** Classes kept at most. Beyond, the one with the fewest answers makes room. */
const CLASSES_MAX = 8;
const OUTPUT_GAIN = 0.05;
/** Before anything is known of a class: a spread of log-normal outputs, and the share of the allowance that is used. */
const LOG_SIGMA_INITIAL = 0.6;
const ALLOWANCE_SHARE = 0.5;
/** Expected where neither an allowance nor any answer is known. */
const OUTPUT_DEFAULT = 256;
/** Standard deviations of all that is unfinished that the set-point keeps back. */
const DEVIATIONS = 3;

/** Nothing sent yet. */
export const tokensInitial: TokenState = { reserved: 0, unfinished: 0, classes: [] };

/**
 * Output tokens that a request will cost on average.
 *
 * @param allowed most that it may answer with (`max_tokens`), where it says so
 */
export function expectedOutput(tokens: TokenState, allowed?: number): number {
  const exponent = exponentOf(allowed);
  const known = tokens.classes.find((each) => each.exponent === exponent);
  const guess = exponent === null ? meanOfAll(tokens) : ALLOWANCE_SHARE * powerOfTwo(exponent);
  const expected = known?.mean ?? guess;
  return exponent === null || allowed === undefined ? expected : Math.min(expected, allowed);
}

/** A request is sent that will be charged `expected` more when it is complete. */
export function reserve(tokens: TokenState, expected: number): TokenState {
  return { ...tokens, reserved: tokens.reserved + amountOf(expected), unfinished: tokens.unfinished + 1 };
}

/** It is complete, refused or lost: its promise ends. Once for each `reserve`, with the same amount. */
export function release(tokens: TokenState, expected: number): TokenState {
  const unfinished = Math.max(0, tokens.unfinished - 1);
  // The last one takes with it what rounding has left.
  const reserved = unfinished === 0 ? 0 : Math.max(0, tokens.reserved - amountOf(expected));
  return { ...tokens, reserved, unfinished };
}

/** Learns from what an answer turned out to be. */
export function learnOutput(tokens: TokenState, actual: number, allowed?: number): TokenState {
  const output = amountOf(actual);
  if (output <= 0) return tokens;
  const exponent = exponentOf(allowed);
  const known = tokens.classes.find((each) => each.exponent === exponent);
  const learnt = known === undefined ? firstAnswer(exponent, output) : nextAnswer(known, output);
  const others = tokens.classes.filter((each) => each !== known);
  const kept = others.length < CLASSES_MAX ? others : withoutRarest(others);
  return { ...tokens, classes: [...kept, learnt] };
}

/** What the set-point keeps back for unfinished requests that turn out longer than expected. */
export function outputHeadroom(tokens: TokenState): number {
  if (tokens.unfinished === 0) return 0;
  const mean = tokens.reserved / tokens.unfinished;
  return DEVIATIONS * Math.sqrt(tokens.unfinished) * mean * sigmaOf(tokens);
}

/** What is charged at completion beyond what the level has already: to be handed to `quotaCharge`. */
export function chargeAtEnd(actual: number, expected: number, chargesEstimate: boolean): number {
  return chargesEstimate ? amountOf(actual) - amountOf(expected) : amountOf(actual);
}

function firstAnswer(exponent: number | null, output: number): OutputClass {
  return {
    exponent,
    mean: output,
    logMean: Math.log(output),
    logVariance: LOG_SIGMA_INITIAL * LOG_SIGMA_INITIAL,
    answers: 1,
  };
}

function nextAnswer(known: OutputClass, output: number): OutputClass {
  // The first answers count for more, so that a class is right after twenty of them and not after sixty.
  const gain = Math.max(OUTPUT_GAIN, 1 / (known.answers + 1));
  const deviation = Math.log(output) - known.logMean;
  return {
    exponent: known.exponent,
    mean: known.mean + gain * (output - known.mean),
    logMean: known.logMean + gain * deviation,
    logVariance: (1 - OUTPUT_GAIN) * (known.logVariance + OUTPUT_GAIN * deviation * deviation),
    answers: known.answers + 1,
  };
}

/** Deviation of the logarithm, over all classes by their answers. */
function sigmaOf({ classes }: TokenState): number {
  let answers = 0;
  let sum = 0;
  for (const each of classes) {
    const weight = Math.min(each.answers, 1 / OUTPUT_GAIN);
    answers += weight;
    sum += weight * each.logVariance;
  }
  return answers === 0 ? LOG_SIGMA_INITIAL : Math.sqrt(sum / answers);
}

function meanOfAll({ classes }: TokenState): number {
  if (classes.length === 0) return OUTPUT_DEFAULT;
  return classes.reduce((sum, each) => sum + each.mean, 0) / classes.length;
}

function withoutRarest(classes: readonly OutputClass[]): readonly OutputClass[] {
  const rarest = classes.reduce((least, each) => (each.answers < least.answers ? each : least));
  return classes.filter((each) => each !== rarest);
}

function exponentOf(allowed: number | undefined): number | null {
  if (allowed === undefined || !Number.isFinite(allowed) || allowed < 1) return null;
  return Math.min(30, Math.ceil(Math.log2(allowed)));
}

/** What is no amount counts as none: it comes from answers of servers. */
function amountOf(value: number): number {
  return Number.isFinite(value) && value > 0 ? value : 0;
}
