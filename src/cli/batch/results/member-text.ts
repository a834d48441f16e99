const QUOTE = '"';

/**
 * The text of a member of a JSON object, as it stands there: numbers that JavaScript can't hold stay what they were. The text
 * must be one that `JSON.parse` takes for an object; of members of one name the last counts, as it does there.
 */
export function memberText(json: string, name: string): string | undefined {
  let found: string | undefined;
  let at = skipSpace(json, json.indexOf("{") + 1);
  while (json[at] === QUOTE) {
    const nameEnd = endOfText(json, at);
    const start = skipSpace(json, json.indexOf(":", nameEnd) + 1);
    const end = endOfValue(json, start);
    if (JSON.parse(json.slice(at, nameEnd)) === name) found = json.slice(start, end).trimEnd();
    at = skipSpace(json, end + 1);
  }
  return found;
}

/** The texts of the elements of a JSON array, as they stand there. The text must be one that `JSON.parse` takes for an array. */
export function elementTexts(json: string): readonly string[] {
  const texts: string[] = [];
  let at = skipSpace(json, json.indexOf("[") + 1);
  while (at < json.length && json[at] !== "]") {
    const end = endOfValue(json, at);
    texts.push(json.slice(at, end).trimEnd());
    at = json[end] === "," ? skipSpace(json, end + 1) : end;
  }
  return texts;
}

function skipSpace(json: string, from: number): number {
  let at = from;
  while (at < json.length && " \t\r\n".includes(json[at] as string)) at += 1;
  return at;
}

/** Behind the closing quote of the text that begins here. */
function endOfText(json: string, from: number): number {
  let at = from + 1;
  while (json[at] !== QUOTE) at += json[at] === "\\" ? 2 : 1;
  return at + 1;
}

/** Where the comma or brace stands that follows the value which begins here. */
function endOfValue(json: string, from: number): number {
  let depth = 0;
  for (let at = from; at < json.length; at += 1) {
    const character = json[at];
    if (character === QUOTE) at = endOfText(json, at) - 1;
    else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]" || character === ",") {
      if (depth === 0) return at;
      if (character !== ",") depth -= 1;
    }
  }
  return json.length;
}
