import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * What TypeDoc's pages lack for those who use a keyboard or a screen reader, each as it stands there and as it should. axe says which.
 *
 * @type {readonly (readonly [RegExp, string | ((...parts: string[]) => string)])[]}
 */
const MENDS = [
  // The page itself, and what stands beside it.
  [
    /<div class="col-content">([\s\S]*)<\/div>\n<div class="col-sidebar">/,
    '<main class="col-content">$1</main>\n<div class="col-sidebar">',
  ],
  [
    /<div class="page-menu">([\s\S]*)<\/div>\n<div class="site-menu">/,
    '<aside class="page-menu" aria-label="This page">$1</aside>\n<div class="site-menu">',
  ],
  [/<nav class="tsd-navigation">/, '<nav class="tsd-navigation" aria-label="All pages">'],
  // What opens and closes can't have a link in it.
  [/<summary[\s\S]*?<\/summary>/g, (summary) => summary.replace(/<a [^>]*class="tsd-anchor-icon"[\s\S]*?<\/a>/, "")],
  // Who can't drag a table sideways has the arrow keys.
  [/<table>[\s\S]*?<\/table>/g, '<div class="scroll" tabindex="0" role="group" aria-label="Table">$&</div>'],
];

/**
 * Mends every page of the site.
 *
 * @param {string} site its folder
 */
export function mendPages(site) {
  for (const name of readdirSync(site, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".html") || name.startsWith("media")) continue;
    const file = join(site, name);
    const mended = MENDS.reduce((page, [fault, mend]) => page.replace(fault, mend), readFileSync(file, "utf8"));
    writeFileSync(file, withLevels(mended));
  }
}

/** Headings look as TypeDoc has them, and are told as a list of contents would have them: none is more than one below the one before. */
function withLevels(page) {
  let before = 0;
  return page.replaceAll(/<h([1-6])(?=[ >])|<aside /g, (heading, digit) => {
    if (digit === undefined) {
      // The aside is read by itself.
      before = 1;
      return heading;
    }
    const level = Math.min(Number(digit), before + 1);
    before = level;
    return level === Number(digit) ? heading : `${heading} aria-level="${level}"`;
  });
}
