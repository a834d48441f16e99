import type { Cost } from "../cost.js";
import type { FetchRequest } from "../options.js";

/** Characters of English text or JSON to a token: what OpenAI's and Google's own guides reckon with. */
const CHARACTERS_PER_TOKEN = 4;
/** Strings of Base64 shorter than this, in characters, are reckoned as text. */
const MEDIA_LENGTH_MIN = 1_024;
/** Tokens reckoned for an image: OpenAI charges 765 for 1024 x 1024 in high detail, Anthropic up to 1,600. */
const TOKENS_PER_MEDIUM = 1_000;
const JSON_BEGINNING = /^\s*[{[]/;
/** How Base64 begins in a chat body: a data address, or the member that Anthropic and Google put it in. */
const MEDIA_MARKS = [";base64,", '"data":"', '"data": "'] as const;

/**
 * What a request is expected to spend, by its length alone: a guess good to a factor of two or so for text, and corrected
 * by each answer's usage. What will be produced is left to the control, which learns it.
 */
export function estimateOf(request: Pick<FetchRequest, "text">): Cost {
  const { text } = request;
  if (text === undefined || !JSON_BEGINNING.test(text)) return NOTHING_KNOWN;
  const media = mediaIn(text);
  const characters = text.length - media.characters;
  return { inputTokens: Math.ceil(characters / CHARACTERS_PER_TOKEN) + media.count * TOKENS_PER_MEDIUM };
}

const NOTHING_KNOWN: Cost = Object.freeze({});

/** Pictures and sounds in Base64: a megabyte of them is a thousand tokens, not a quarter of a million. */
function mediaIn(text: string): { readonly characters: number; readonly count: number } {
  let characters = 0;
  let count = 0;
  if (text.length < MEDIA_LENGTH_MIN) return { characters, count };
  for (const mark of MEDIA_MARKS) {
    for (let at = text.indexOf(mark); at !== -1; ) {
      const start = at + mark.length;
      const end = text.indexOf('"', start);
      const length = (end === -1 ? text.length : end) - start;
      // A data address inside such a member was counted by the first mark.
      if (length >= MEDIA_LENGTH_MIN && !(mark !== ";base64," && text.startsWith("data:", start))) {
        characters += length;
        count += 1;
      }
      at = text.indexOf(mark, start + length);
    }
  }
  return { characters, count };
}
