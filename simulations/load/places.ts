/** Where something stands in a text, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** What can lead to a value inside a file: names and positions. */
export type JsonPath = readonly (string | number)[];

/** Where the parts of a text begin, by the paths of what they stand for. */
export class Places {
  readonly #text: string;
  readonly #offsets = new Map<string, number>();

  constructor(text: string) {
    this.#text = text;
  }

  set(path: JsonPath, offset: number): void {
    this.#offsets.set(keyOf(path), offset);
  }

  /** Forgets what is known of a member and all in it. */
  forget(path: JsonPath): void {
    const key = keyOf(path);
    for (const each of this.#offsets.keys()) {
      if (each === key || each.startsWith(`${key.slice(0, -1)},`)) this.#offsets.delete(each);
    }
  }

  /** Where a member or element begins; where nothing is known of it, the nearest that holds it. */
  placeOf(path: JsonPath): Place | undefined {
    for (let length = path.length; length >= 0; length--) {
      const offset = this.#offsets.get(keyOf(path.slice(0, length)));
      if (offset !== undefined) return placeAt(this.#text, offset);
    }
    return undefined;
  }
}

/** Line and column of an offset. */
export function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1) ?? "").length + 1 };
}

function keyOf(path: JsonPath): string {
  return JSON.stringify(path);
}
