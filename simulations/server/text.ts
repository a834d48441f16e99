import { hash, logNormal, seededRandom } from "../random.js";

const WORDS = (
  "the a model answers with words that mean little and come in an order drawn by lot so one may count them read " +
  "them stream them and throw away what was never meant to be kept while rate and limit rise fall and meet again"
).split(" ");

/** Roughly what tokenizers make of English: four characters a token. At least 1. */
export function countTokens(text: string): number {
  return Math.max(1, Math.ceil(text.length / 4));
}

/** The answer to a prompt: the same words for the same seed and prompt. */
export interface Answer {
  readonly words: readonly string[];
  /** Whether `tokensMax` cut it short. */
  readonly isCut: boolean;
}

/** Median and spread of the length of answers, in words, each counted as a token. */
const ANSWER_LENGTH = { median: 40, sigma: 0.5 };

/** Draws an answer of log-normal length, at most `tokensMax` words. */
export function answerTo(prompt: string, { seed, tokensMax }: { seed: number; tokensMax: number }): Answer {
  const random = seededRandom(`${seed}/answer/${hash(prompt)}`);
  const wanted = Math.max(1, Math.round(logNormal(random, ANSWER_LENGTH)));
  const length = Math.min(wanted, tokensMax);
  const words = Array.from({ length }, () => WORDS[Math.floor(random() * WORDS.length)] ?? "word");
  return { words, isCut: wanted > tokensMax };
}

/** The embedding of a text: a unit vector that depends on the text and the model alone. */
export function embeddingOf(text: string, { model, dimensions }: { model: string; dimensions: number }): number[] {
  const random = seededRandom(`${model}/${hash(text)}/${text.length}`);
  const raw = Array.from({ length: dimensions }, () => random() - 0.5);
  const length = Math.hypot(...raw);
  return raw.map((value) => value / length);
}
