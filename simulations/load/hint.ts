import { nearestName } from "../../src/nearest.js";

/** So many names are offered at most. */
const OFFERED = 4;
/** A shorter part of a name is in too many. */
const PART_MIN = 3;

/** What a mistyped or half remembered name may mean, as the end of a message: `; did you mean 'a' or 'b'?`, or nothing. */
export function hintOf(typed: string, names: readonly string[]): string {
  const nearest = nearestName(typed, names);
  const found = nearest === undefined ? namesLike(typed, names) : [nearest];
  const [last, ...others] = found
    .slice(0, OFFERED)
    .map((name) => `'${name}'`)
    .reverse();
  if (last === undefined) return "";
  if (others.length === 0) return `; did you mean ${last}?`;
  const rest = found.length > OFFERED ? `, ${last}, …` : ` or ${last}`;
  return `; did you mean ${others.reverse().join(", ")}${rest}?`;
}

/** Names that begin as it does, whatever the case and the zeros in numbers, or else have it in them. */
function namesLike(typed: string, names: readonly string[]): readonly string[] {
  const part = plain(typed);
  if (part === "") return [];
  const begun = names.filter((name) => `${plain(name)}-`.startsWith(`${part}-`));
  if (begun.length > 0 || part.length < PART_MIN) return begun;
  const begins = names.filter((name) => plain(name).startsWith(part));
  return begins.length > 0 ? begins : names.filter((name) => plain(name).includes(part));
}

/** `S06_Down` as `s6-down`. */
function plain(name: string): string {
  return name
    .toLowerCase()
    .replace(/[\s_.]+/g, "-")
    .replace(/(?<!\d)0+(?=\d)/g, "");
}
