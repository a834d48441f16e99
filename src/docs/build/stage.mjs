import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { filled } from "./fill.mjs";
import { FRONT, readGuides } from "./guides.mjs";
import { GUIDES, ROOT } from "./paths.mjs";

const LINK = /(!?)\[((?:[^[\]]|\[[^\]]*\])*)\]\((?!https?:|#|mailto:)([^)\s#]+)(#[^)\s]*)?\)/g;

/**
 * Writes every guide to a folder, filled, as TypeDoc and readers of plain Markdown take it: links lead inside the folder, or
 * nowhere.
 *
 * @param {string} folder
 * @returns {Promise<readonly (import("./guides.mjs").Guide & { readonly file: string })[]>} with the text as it was written
 */
export async function stage(folder) {
  const staged = [];
  mkdirSync(join(folder, "pictures"), { recursive: true });
  cpSync(join(ROOT, "dist/playground/index.html"), join(folder, "pictures/playground.html"));
  for (const guide of readGuides()) {
    const text = await filled(guide);
    const file = join(folder, guide.path);
    const withLinks = text.replaceAll(LINK, (_whole, mark, words, to, anchor = "") => {
      const inside = linkInside(folder, guide.path, to);
      if (inside !== undefined) return `${mark}[${words}](${inside}${anchor})`;
      return mark === "" ? words : "";
    });
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, guide.path === FRONT ? withLinks : withFrontMatter(guide, withLinks));
    staged.push({ ...guide, text: withLinks, file });
  }
  return staged;
}

/** Where a link leads from a staged guide: to another guide, to a picture, or nowhere where the site has no such page. */
function linkInside(folder, path, to) {
  if (!to.startsWith("/") && existsSync(join(folder, dirname(path), to))) return to;
  const source = to.startsWith("/") ? join(ROOT, to) : join(GUIDES, dirname(path), to);
  if (source.startsWith(GUIDES)) return to.endsWith(".md") ? to : undefined;
  if (relative(ROOT, source) === "simulations/README.md") return relative(dirname(path), "own-server.md");
  if (!/\.png$/.test(source) || !existsSync(source)) return undefined;
  mkdirSync(join(folder, "pictures"), { recursive: true });
  cpSync(source, join(folder, "pictures", basename(source)));
  return join(relative(dirname(path), "."), "pictures", basename(source));
}

/** What TypeDoc is told of a guide. */
function withFrontMatter({ title, group }, text) {
  return `---\ntitle: ${JSON.stringify(title)}\ngroup: ${JSON.stringify(group)}\n---\n\n${text}`;
}
