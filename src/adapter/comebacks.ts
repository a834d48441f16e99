import type { Clock } from "../clock.js";
import type { Comeback, QueuePlace, Ticket } from "../flow/job.js";
import type { HttpView } from "./http-view.js";

/**
 * In this header the SDKs of OpenAI, Anthropic, Together, Groq and all others that Stainless generates count their own
 * retries, from 0. Those of Mistral, Cohere and Google, and `ai`, don't tell of theirs.
 */
const COUNTER = "x-stainless-retry-count";

/** Requests whose place is kept, and for how long, in milliseconds: an SDK comes back within some ten seconds. */
const KEPT_MAX = 1_000;
const KEPT_MS = 60_000;

interface Kept {
  readonly atMs: number;
  readonly place: QueuePlace;
}

/** The places of requests that an SDK has given up, kept for when it sends them again. */
export class Comebacks {
  readonly #clock: Clock;
  /** By what is asked: many may ask the same, and the first place is the first to be taken again. */
  readonly #kept = new Map<string, Kept[]>();
  #size = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What an SDK says of a request that it sends again; undefined for any other. */
  of(view: HttpView, key: string): Comeback | undefined {
    const count = countIn(view);
    if (count === undefined || count === 0) return undefined;
    const question = questionOf(view, key);
    return { count, place: question === undefined ? undefined : this.#take(question) };
  }

  /** A request ended without an answer: where an SDK counts its retries, it may come back. */
  keep(view: HttpView, key: string, { queuePlace: place }: Ticket): void {
    if (countIn(view) === undefined || place.sequence === 0) return;
    const question = questionOf(view, key);
    if (question === undefined) return;
    this.#makeRoom();
    const same = this.#kept.get(question);
    const kept = { atMs: this.#clock.now(), place };
    if (same === undefined) this.#kept.set(question, [kept]);
    else same.push(kept);
    this.#size += 1;
  }

  #take(question: string): QueuePlace | undefined {
    const same = this.#kept.get(question);
    if (same === undefined) return undefined;
    this.#kept.delete(question);
    this.#size -= same.length;
    const fresh = same.filter(({ atMs }) => atMs + KEPT_MS >= this.#clock.now());
    const [first, ...others] = fresh.sort((a, b) => a.place.sequence - b.place.sequence);
    if (others.length > 0) this.#kept.set(question, others);
    this.#size += others.length;
    return first?.place;
  }

  #makeRoom(): void {
    while (this.#size >= KEPT_MAX) {
      const [oldest] = this.#kept;
      if (oldest === undefined) return;
      this.#kept.delete(oldest[0]);
      this.#size -= oldest[1].length;
    }
  }
}

function countIn(view: HttpView): number | undefined {
  const said = view.header(COUNTER);
  return said !== undefined && /^\d{1,4}$/.test(said) ? Number(said) : undefined;
}

/** The same for the same request, and short: a body may have megabytes. Undefined for a body that isn't a text. */
function questionOf(view: HttpView, key: string): string | undefined {
  const { method, url, text } = view;
  return text === undefined ? undefined : `${key} ${method} ${url} ${text.length} ${hashOf(text)}`;
}

/** FNV-1a, of 32 bits: where two bodies share one, two requests swap their places, and nothing is lost. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
