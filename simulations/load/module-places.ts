import { type JsonPath, Places } from "./places.js";
import { readScript, type Script } from "./script.js";

/** Names that lead to other names are followed so far. */
const DEPTH_MAX = 20;

/**
 * Where the members of a module's default export stand in its source, as far as that is certain: written out as objects and
 * lists, there or in constants of the module that nothing else touches. What code makes stands where it is called.
 */
export function modulePlaces(source: string): Places {
  const places = new Places(source);
  const script = readScript(source);
  if (script !== undefined) new Finder(script, places).find();
  return places;
}

class Finder {
  readonly #script: Script;
  readonly #places: Places;

  constructor(script: Script, places: Places) {
    this.#script = script;
    this.#places = places;
  }

  find(): void {
    const exports = this.#script.tokens.flatMap((_, at) => this.#exportAt(at));
    const [at] = exports;
    if (at === undefined || exports.length > 1) return;
    this.#note([], at.from);
    this.#value([], at.value, 0);
  }

  /** `export default` or `module.exports =`, and what follows. */
  #exportAt(at: number): readonly { readonly from: number; readonly value: number }[] {
    if (this.#script.within(at) !== -1) return [];
    if (this.#script.is(at, "export") && this.#script.is(at + 1, "default")) return [{ from: at, value: at + 2 }];
    const isOld = ["module", ".", "exports", "="].every((text, index) => this.#script.is(at + index, text));
    return isOld ? [{ from: at, value: at + 4 }] : [];
  }

  /** Looks into a value that is written out, or named, and nothing more. */
  #value(path: JsonPath, at: number, depth: number): void {
    const token = this.#script.tokens[at];
    if (token === undefined || depth > DEPTH_MAX) return;
    const last = this.#script.lastOf(at);
    if (!this.#script.isWhole(last + 1)) return;
    if (this.#script.is(at, "(")) {
      // Parentheses around one value, as a type in a comment needs them.
      if (this.#script.lastOf(at + 1) === last - 1) this.#value(path, at + 1, depth + 1);
    } else if (this.#script.is(at, "{")) this.#members(path, at, last, depth);
    else if (this.#script.is(at, "[")) this.#elements(path, at, last, depth);
    else if (token.kind === "name") {
      const value = this.#script.constant(token.text);
      if (value !== undefined) this.#value(path, value, depth + 1);
    }
  }

  #members(path: JsonPath, open: number, close: number, depth: number): void {
    const known = new Set<string>();
    for (const at of this.#script.parts(open, close)) {
      const name = this.#memberName(at);
      // What is spread, or has a name that is computed, may be any of those before it.
      if (name === undefined) for (const each of known) this.#places.forget([...path, each]);
      else {
        const inner = [...path, name];
        this.#places.forget(inner);
        known.add(name);
        this.#note(inner, at);
        if (this.#script.is(at + 1, ":")) this.#value(inner, at + 2, depth);
        else this.#value(inner, at, depth);
      }
    }
  }

  /** The name of a member that has one, whatever it is. */
  #memberName(at: number): string | undefined {
    const [first, next] = [this.#script.tokens[at], this.#script.tokens[at + 1]];
    if (first === undefined || next === undefined) return undefined;
    const isPlain = /^[:(,}]$/.test(next.text);
    if (first.kind === "name" && isPlain) return first.text.includes("\\") ? undefined : first.text;
    if (first.kind !== "text" || !isPlain || first.text.includes("\\")) return undefined;
    return first.text.slice(1, -1);
  }

  #elements(path: JsonPath, open: number, close: number, depth: number): void {
    for (const [index, at] of this.#script.parts(open, close).entries()) {
      // After what is spread nobody knows how many there are.
      if (this.#script.is(at, "...")) return;
      this.#note([...path, index], at);
      this.#value([...path, index], at, depth);
    }
  }

  #note(path: JsonPath, at: number): void {
    this.#places.set(path, this.#script.tokens[at]?.offset ?? 0);
  }
}
