import { readFileSync } from "node:fs";

/**
 * The code between `#region NAME` and `#endregion` in some files, without its indentation, by name. Parts of one name belong
 * together, with a blank line between them.
 */
export function regionsOf(files: readonly string[]): ReadonlyMap<string, string> {
  const regions = new Map<string, string>();
  for (const file of files) {
    const text = readFileSync(file, "utf8");
    for (const [, indent = "", name = "", code = ""] of text.matchAll(
      /^( *)\/\/ #region (.+)\n([\s\S]*?)^ *\/\/ #endregion/gm,
    )) {
      const part = code.replaceAll(new RegExp(`^${indent}`, "gm"), "").trimEnd();
      const before = regions.get(name);
      regions.set(name, before === undefined ? part : `${before}\n\n${part}`);
    }
  }
  return regions;
}

/** The code blocks of a language in a text of Markdown. */
export function fencesOf(markdown: string, language: string): readonly string[] {
  return [...markdown.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map(([, code = ""]) =>
    code.trimEnd(),
  );
}
