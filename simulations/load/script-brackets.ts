import type { Token } from "./script-tokens.js";

const PAIRS: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/** How brackets nest. */
export interface Brackets {
  /** For each token the position of the bracket that it stands in, or closes; -1 where there is none. */
  readonly within: readonly number[];
  /** From each bracket that opens to the one that closes it. */
  readonly closing: ReadonlyMap<number, number>;
}

/** Undefined where they don't match: what looks like a bracket may then be none, or the other way round. */
export function bracketsOf(tokens: readonly Token[]): Brackets | undefined {
  const open: number[] = [];
  const within: number[] = [];
  const closing = new Map<number, number>();
  for (const [index, { kind, text }] of tokens.entries()) {
    const bracket = open.at(-1) ?? -1;
    within.push(bracket);
    if (kind !== "sign") continue;
    if (text in PAIRS) open.push(index);
    else if (Object.values(PAIRS).includes(text)) {
      if (PAIRS[tokens[bracket]?.text ?? ""] !== text) return undefined;
      open.pop();
      closing.set(bracket, index);
    }
  }
  return open.length === 0 ? { within, closing } : undefined;
}
