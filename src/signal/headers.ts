/** The headers of one response: names in lower case, lines of one name joined as HTTP joins them. */
export type HeaderView = ReadonlyMap<string, string>;

/** In place of headers that need not be read. */
export const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});
const NOTHING: HeaderView = new Map();

/** More than this many are a flood and no response: the rest isn't looked at. */
const HEADERS_MAX = 1_000;

/** Longer values are none that state a limit. They are dropped, since half of a number is another number. */
const VALUE_LENGTH_MAX = 8_192;

/**
 * One view of headers, however they come: fetch `Headers` and their likes (Map, Angular's HttpHeaders), plain objects
 * with strings or arrays, pairs, Node's flat `[name, value, …]` list, or the text of `getAllResponseHeaders()`.
 * Never throws; what can't be read is absent.
 */
export function viewOf(headers: unknown): HeaderView {
  if (headers === undefined || headers === NO_HEADERS) return NOTHING;
  const view = new Map<string, string>();
  try {
    if (typeof headers === "string") addLines(view, headers);
    else if (typeof headers === "object" && headers !== null) addAll(view, headers);
  } catch {
    // A getter or a proxy threw: what was read until then stands.
  }
  return view;
}

function addAll(view: Map<string, string>, headers: object): void {
  if (Array.isArray(headers)) return addList(view, headers);
  const like = headers as { forEach?: unknown; get?: unknown; keys?: unknown; getAll?: unknown };
  if (typeof like.get !== "function") return addRecord(view, headers as Readonly<Record<string, unknown>>);
  if (typeof like.forEach === "function") {
    like.forEach((value: unknown, name: unknown) => {
      add(view, name, value);
    });
  } else if (typeof like.keys === "function") {
    // Angular's HttpHeaders have neither forEach nor an iterator, only keys() and getAll().
    for (const name of (like as { keys(): Iterable<unknown> }).keys()) {
      if (view.size >= HEADERS_MAX) return;
      const readOne = typeof like.getAll === "function" ? like.getAll : like.get;
      add(view, name, readOne.call(headers, name));
    }
  } else addRecord(view, headers as Readonly<Record<string, unknown>>);
}

function addList(view: Map<string, string>, list: readonly unknown[]): void {
  const isFlat = list.length > 0 && !Array.isArray(list[0]);
  const step = isFlat ? 2 : 1;
  for (let index = 0; index < list.length && view.size < HEADERS_MAX; index += step) {
    const entry = isFlat ? [list[index], list[index + 1]] : list[index];
    if (Array.isArray(entry)) add(view, entry[0], entry[1]);
  }
}

function addRecord(view: Map<string, string>, record: Readonly<Record<string, unknown>>): void {
  for (const name of Object.keys(record)) {
    if (view.size >= HEADERS_MAX) return;
    try {
      add(view, name, record[name]);
    } catch {
      // One bad getter must not hide its neighbours.
    }
  }
}

function addLines(view: Map<string, string>, text: string): void {
  for (const line of text.slice(0, HEADERS_MAX * 100).split("\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) add(view, line.slice(0, colon).trim(), line.slice(colon + 1).trim());
  }
}

function add(view: Map<string, string>, name: unknown, value: unknown): void {
  const key = textOf(name);
  if (key === undefined || key === "" || view.size >= HEADERS_MAX) return;
  if (Array.isArray(value)) {
    for (const one of value.slice(0, HEADERS_MAX)) if (!Array.isArray(one)) add(view, key, one);
    return;
  }
  const text = textOf(value);
  if (text === undefined || text.length > VALUE_LENGTH_MAX) return;
  const lowered = key.toLowerCase();
  const before = view.get(lowered);
  view.set(lowered, before === undefined ? text : `${before}, ${text}`.slice(0, VALUE_LENGTH_MAX));
}

function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  // Node's raw headers are Buffers in undici's handlers.
  if (value instanceof Uint8Array && value.length <= VALUE_LENGTH_MAX) return new TextDecoder("latin1").decode(value);
  return undefined;
}
