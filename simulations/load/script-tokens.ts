/** A word, a text, a number or a sign of a script, and where it begins. */
export interface Token {
  readonly kind: "name" | "text" | "number" | "sign" | "other";
  /** As it is written. */
  readonly text: string;
  readonly offset: number;
  /** Whether a new line began before it. */
  readonly isFirst: boolean;
}

const SPACE = /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|^#![^\n]*)*/y;
const NAME = /[\p{ID_Start}$_#@][\p{ID_Continue}$\u200c\u200d]*/uy;
const TEXT = /"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'/y;
const NUMBER = /\.?\d(?:[eE][+-]|[\w.])*/y;
const REGEX = /\/(?![*/])(?:[^\\/[\n]|\\.|\[(?:[^\\\]\n]|\\.)*\])+\/[a-z]*/y;
const SIGN = /=>|\.\.\.|\?\.|[\s\S]/y;
/** After these, a value begins: a slash there opens a regular expression. */
const BEFORE_VALUE =
  /^(?:return|typeof|case|in|of|do|else|void|delete|throw|new|instanceof|yield|await|default|export)$/;

/**
 * A script in JavaScript or TypeScript as tokens, without what it means: comments are left out, and a template or a regular
 * expression is one token. Undefined where its end can't be told.
 */
export function tokensOf(text: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  for (let at = 0; ; ) {
    const start = after(SPACE, text, at) ?? at;
    if (start === text.length) return tokens;
    const [kind, end] = tokenAt(text, start, tokens.at(-1));
    if (end === undefined) return undefined;
    tokens.push({ kind, text: text.slice(start, end), offset: start, isFirst: text.slice(at, start).includes("\n") });
    at = end;
  }
}

function tokenAt(text: string, at: number, before: Token | undefined): readonly [Token["kind"], number | undefined] {
  const first = text[at];
  if (first === "`") return ["other", templateEnd(text, at)];
  if (first === '"' || first === "'") return ["text", after(TEXT, text, at)];
  const number = after(NUMBER, text, at);
  if (number !== undefined) return ["number", number];
  const name = after(NAME, text, at);
  if (name !== undefined) return ["name", name];
  if (first === "/" && isBeforeValue(before)) return ["other", after(REGEX, text, at)];
  return ["sign", after(SIGN, text, at)];
}

function isBeforeValue(before: Token | undefined): boolean {
  if (before?.kind === "name") return BEFORE_VALUE.test(before.text);
  return before === undefined || (before.kind === "sign" && !/^[)\]}]$/.test(before.text));
}

/** Behind the backtick that closes a template; what stands between `${` and `}` is script again. */
function templateEnd(text: string, from: number): number | undefined {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "`") return at + 1;
    else if (text.startsWith("${", at)) {
      const end = blockEnd(text, at + 2);
      if (end === undefined) return undefined;
      at = end;
    }
  }
  return undefined;
}

/** The brace that closes what begins here. */
function blockEnd(text: string, from: number): number | undefined {
  let before: Token | undefined;
  let depth = 0;
  for (let at = from; ; ) {
    const offset = after(SPACE, text, at) ?? at;
    if (offset === text.length) return undefined;
    const [kind, end] = tokenAt(text, offset, before);
    if (end === undefined) return undefined;
    const sign = kind === "sign" ? text[offset] : "";
    if (sign === "}" && depth-- === 0) return offset;
    if (sign === "{") depth++;
    before = { kind, text: text.slice(offset, end), offset, isFirst: false };
    at = end;
  }
}

/** The end of what a pattern takes from here on; undefined where it takes nothing. */
function after(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
