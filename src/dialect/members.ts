import { type BareItem, parseList } from "structured-headers";
import { readCount } from "./count.js";

/** A member of a list or dictionary: its name, its bare number, and its parameters. */
export interface Member {
  readonly name?: string;
  readonly value?: number;
  readonly parameters: ReadonlyMap<string, unknown>;
}

/** Longer fields are no list of a server's few policies. */
const MEMBERS_MAX = 32;

/** The members of a list of structured fields, read by the grammar, or where a server breaks it, as far as they can be told. */
export function membersOf(text: string): readonly Member[] {
  try {
    return parseList(text)
      .slice(0, MEMBERS_MAX)
      .map(([value, parameters]) => memberOf(Array.isArray(value) ? undefined : value, parameters));
  } catch {
    return tolerantMembers(text);
  }
}

function memberOf(value: BareItem | undefined, parameters: ReadonlyMap<string, unknown>): Member {
  if (typeof value === "number") return value >= 0 ? { value, parameters } : { parameters };
  // The drafts' own examples use tokens where their grammar demands strings; either names the policy.
  return value === undefined || typeof value === "boolean" ? { parameters } : { name: String(value), parameters };
}

/** For fields that break the grammar, as Hugging Face's `"fixed window";"api";q=1000` does: what can be told of them. */
function tolerantMembers(text: string): readonly Member[] {
  return splitOutsideQuotes(text, ",")
    .slice(0, MEMBERS_MAX)
    .map((member) => {
      const parameters = new Map<string, unknown>();
      let name: string | undefined;
      let value: number | undefined;
      for (const part of splitOutsideQuotes(member, ";")) {
        const [, key, said] = /^\s*([a-z*][\w*.-]*)\s*=\s*(.*?)\s*$/i.exec(part) ?? [];
        if (key !== undefined && said !== undefined)
          parameters.set(key.toLowerCase(), readCount(said) ?? unquoted(said));
        else if (readCount(part) !== undefined) value ??= readCount(part);
        // Of two bare names the last is the bucket's: the first one describes the kind of window.
        else name = unquoted(part.trim());
      }
      return { ...(name !== undefined && { name }), ...(value !== undefined && value >= 0 && { value }), parameters };
    });
}

function unquoted(text: string): string {
  return text.replace(/^"(.*)"$/, "$1");
}

function splitOutsideQuotes(text: string, separator: "," | ";"): readonly string[] {
  const parts: string[] = [];
  let isQuoted = false;
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === '"' && text[index - 1] !== "\\") isQuoted = !isQuoted;
    else if (character === separator && !isQuoted) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  return [...parts, text.slice(start)];
}
