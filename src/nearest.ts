/** The name that a mistyped one is likely to mean: at most two edits away, and fewer than half of its letters. */
export function nearestName(typed: string, names: readonly string[]): string | undefined {
  return ranked(typed, names, { editsMax: (name) => Math.min(2, Math.floor(name.length / 2)) })[0];
}

/** Those most like a name, case aside, the nearest first: what differs in more than a third of the letters is none of them. */
export function nearestNames(typed: string, names: readonly string[], most: number): readonly string[] {
  const editsMax = (name: string): number => Math.max(name.length, typed.length) / 3;
  return ranked(typed, names, { editsMax, seen: (name) => name.toLowerCase() }).slice(0, most);
}

/** How names are compared. */
interface Likeness {
  /** More edits than this make it another name. */
  readonly editsMax: (name: string) => number;
  /** What of a name counts. Default: all of it. */
  readonly seen?: (name: string) => string;
}

/** Names that are near enough, the nearest first; of two as near, the one that stands first. */
function ranked(typed: string, names: readonly string[], { editsMax, seen = (name) => name }: Likeness): string[] {
  return names
    .map((name) => ({ name, edits: editDistance(seen(typed), seen(name)) }))
    .filter(({ name, edits }) => edits <= editsMax(name))
    .sort((a, b) => a.edits - b.edits)
    .map(({ name }) => name);
}

/** Levenshtein's distance: insertions, deletions and replacements that turn one word into the other. */
function editDistance(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replace = (above[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(replace, (above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    above = current;
  }
  return above[to.length] ?? 0;
}
