import { type JsonPath, type Place, Places, placeAt } from "./places.js";

/** A text as JSON, with the way back from each value to its line. */
export interface PlacedJson {
  readonly value: unknown;
  /** Where a member or element begins; where there is none, the nearest that holds it. */
  placeOf(path: JsonPath): Place;
}

/** Says where a text stops being JSON, which `JSON.parse` doesn't on every engine. */
export class JsonError extends Error {
  override readonly name = "JsonError";
  readonly place: Place;

  constructor(message: string, place: Place) {
    super(message);
    this.place = place;
  }
}

const DEPTH_MAX = 200;
const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[ !#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;

/**
 * Reads JSON and remembers where its parts stand.
 *
 * @throws JsonError at the first character that can't be
 */
export function parsePlacedJson(text: string): PlacedJson {
  const places = new Scanner(text).scan();
  return { value: JSON.parse(text), placeOf: (path) => places.placeOf(path) ?? { line: 1, column: 1 } };
}

/** Walks over a text by the grammar of RFC 8259 and takes down offsets; `JSON.parse` makes the values. */
class Scanner {
  readonly #text: string;
  readonly #places: Places;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#places = new Places(text);
  }

  scan(): Places {
    this.#skip();
    this.#places.set([], this.#at);
    this.#value([]);
    this.#skip();
    if (this.#at < this.#text.length) this.#fail("nothing may follow the end of the value");
    return this.#places;
  }

  #value(path: JsonPath): void {
    if (path.length > DEPTH_MAX) this.#fail("nested too deeply");
    const first = this.#text[this.#at];
    if (first === "{") return this.#list("}", () => this.#member(path));
    if (first === "[") {
      return this.#list("]", (index) => {
        this.#places.set([...path, index], this.#at);
        this.#value([...path, index]);
      });
    }
    if (first === '"') return this.#string();
    if (!this.#take(NUMBER) && !this.#take(WORD)) this.#fail("expected a value");
  }

  #member(path: JsonPath): void {
    const start = this.#at;
    if (this.#text[start] !== '"') this.#fail("expected a name in double quotes");
    this.#string();
    const inner = [...path, JSON.parse(this.#text.slice(start, this.#at)) as string];
    this.#places.set(inner, start);
    this.#skip();
    if (this.#text[this.#at] !== ":") this.#fail("expected ':'");
    this.#at++;
    this.#skip();
    this.#value(inner);
  }

  /** What stands between brackets, with commas between. */
  #list(end: "}" | "]", item: (index: number) => void): void {
    this.#at++;
    this.#skip();
    if (this.#text[this.#at] === end) {
      this.#at++;
      return;
    }
    for (let index = 0; ; index++) {
      item(index);
      this.#skip();
      const next = this.#text[this.#at];
      if (next !== "," && next !== end) this.#fail(`expected ',' or '${end}'`);
      this.#at++;
      if (next === end) return;
      this.#skip();
      if (this.#text[this.#at] === end) this.#fail(`no ',' may stand before '${end}'`);
    }
  }

  #string(): void {
    if (!this.#take(STRING)) this.#fail("a text that isn't closed on its line, or has a wrong escape");
  }

  #skip(): void {
    this.#take(SPACE);
    if (this.#text.startsWith("//", this.#at) || this.#text.startsWith("/*", this.#at)) {
      this.#fail("JSON has no comments");
    }
  }

  #take(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#text)) return false;
    this.#at = pattern.lastIndex;
    return true;
  }

  #fail(message: string): never {
    const found = this.#text[this.#at];
    const got = found === undefined ? "the end of the file" : JSON.stringify(found);
    throw new JsonError(`${message}, but here is ${got}`, placeAt(this.#text, this.#at));
  }
}
