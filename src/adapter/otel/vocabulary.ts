import { OTHER } from "./names.js";

/** A key of one's own may be of any length. */
const LENGTH_MAX = 256;

/**
 * Keeps the attributes of metrics few: of each, the first so many values are told apart and the rest are one. A backend keeps a
 * series for every value that it ever saw, and keys, models and a server's names for its limits may be without end.
 */
export class Vocabulary {
  readonly #valuesMax: number;
  readonly #known = new Map<string, Set<string>>();

  constructor(valuesMax: number) {
    this.#valuesMax = valuesMax;
  }

  /** The value to report for an attribute: itself, or `_OTHER`. */
  of(attribute: string, value: string): string {
    const known = this.#valuesOf(attribute);
    const short = value.length > LENGTH_MAX ? value.slice(0, LENGTH_MAX) : value;
    if (known.has(short)) return short;
    if (known.size >= this.#valuesMax) return OTHER;
    known.add(short);
    return short;
  }

  #valuesOf(attribute: string): Set<string> {
    let known = this.#known.get(attribute);
    if (known === undefined) {
      known = new Set();
      this.#known.set(attribute, known);
    }
    return known;
  }
}
