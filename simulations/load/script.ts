import { type Brackets, bracketsOf } from "./script-brackets.js";
import { type Token, tokensOf } from "./script-tokens.js";

/** Reads a script as tokens and brackets; undefined where it can't be done for sure. */
export function readScript(source: string): Script | undefined {
  const tokens = tokensOf(source);
  const brackets = tokens && bracketsOf(tokens);
  return tokens && brackets && new Script(tokens, brackets);
}

/** What can be told of a script by its form alone. */
export class Script {
  readonly tokens: readonly Token[];
  readonly #brackets: Brackets;

  constructor(tokens: readonly Token[], brackets: Brackets) {
    this.tokens = tokens;
    this.#brackets = brackets;
  }

  /** Whether a value has ended before this token. */
  isWhole(at: number): boolean {
    const next = this.tokens[at];
    if (next === undefined || /^(?:[,;)\]}]|as|satisfies)$/.test(next.text)) return true;
    return next.isFirst && next.kind === "name" && !/^(?:in|instanceof)$/.test(next.text);
  }

  /** Where the parts between two brackets begin that commas part. */
  parts(open: number, close: number): readonly number[] {
    const parts: number[] = [];
    for (let at = open + 1; at < close; at++) {
      const isStart = at === open + 1 || (this.is(at - 1, ",") && this.within(at - 1) === open);
      if (isStart) parts.push(at);
    }
    return parts;
  }

  /** The value of a constant of the module that is only ever read. */
  constant(name: string): number | undefined {
    const uses = this.tokens.flatMap((token, at) => (token.kind === "name" && token.text === name ? [at] : []));
    const others = uses.filter((at) => !this.#isRead(at));
    const [declared, ...more] = others;
    if (declared === undefined || more.length > 0) return undefined;
    if (!this.is(declared - 1, "const") || this.within(declared) !== -1) return undefined;
    for (let at = declared + 1; at < this.tokens.length && !this.is(at, ";"); at++) {
      if (this.is(at, "=") && this.within(at) === -1) return at + 1;
    }
    return undefined;
  }

  /** Whether a name stands where a value is taken as it is, or is that of a member. */
  #isRead(at: number): boolean {
    const [before = "", next = ""] = [this.tokens[at - 1]?.text, this.tokens[at + 1]?.text];
    const bracket = this.tokens[this.within(at)]?.text;
    if (before === "." || before === "?.") return true;
    if (next === ":" && bracket === "{" && /^[{,]$/.test(before)) return true;
    const isPart = /^(?:[:[{,]|\.\.\.)$/.test(before) && /^[,}\]]$/.test(next);
    if (isPart && /^[{[]$/.test(bracket ?? "")) return this.#isKept(at);
    return before === "default" && this.isWhole(at + 1);
  }

  /** Whether what this stands in is only given a name or exported, so that nobody gets hold of it who may change it. */
  #isKept(at: number): boolean {
    let outermost = at;
    for (let next = this.within(at); next !== -1; next = this.within(next)) outermost = next;
    return this.is(outermost - 1, "=") || this.is(outermost - 1, "default");
  }

  within(at: number): number {
    return this.#brackets.within[at] ?? -1;
  }

  /** Where what begins here ends, if nothing is done with it. */
  lastOf(at: number): number {
    return this.#brackets.closing.get(at) ?? at;
  }

  is(at: number, text: string): boolean {
    const token = this.tokens[at];
    return token?.text === text && token.kind !== "text";
  }
}
