/** `seed 7`, `seeds 1 to 5`, `seeds 1, 4, 9`. */
export function seedsText(seeds: readonly number[]): string {
  const [first = 0] = seeds;
  const last = seeds.at(-1) ?? 0;
  if (seeds.length === 1) return `seed ${first}`;
  return seeds.every((seed, index) => seed === first + index)
    ? `seeds ${first} to ${last}`
    : `seeds ${seeds.join(", ")}`;
}

/** A command line that a shell reads as these words. */
export function commandText(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./#-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ");
}

/** Text in lines of at most `width`, each with an indent. A longer word has a line of its own. */
export function wrapped(text: string, { width, indent }: { readonly width: number; readonly indent: string }): string {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last === undefined || indent.length + last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.map((line) => indent + line).join("\n");
}
