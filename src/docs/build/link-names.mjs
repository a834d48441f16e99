import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Folders of the site that have a page for each name of the API. */
const KINDS = ["functions", "classes", "interfaces", "types", "variables"];
const GUIDES = "documents";

/**
 * Makes a link of each name of the API that a guide of the site has in its running text, alone in its own code: `createSluice`.
 *
 * @param {string} site its folder
 */
export function linkNames(site) {
  const pages = pagesOf(site);
  for (const name of readdirSync(join(site, GUIDES))) {
    const file = join(site, GUIDES, name);
    const linked = readFileSync(file, "utf8").replaceAll(/(?<!<a [^>]*>)<code>(\w+)(\(\))?<\/code>/g, (code, name) => {
      const page = pages.get(name);
      return page === undefined ? code : `<a href="../${page}">${code}</a>`;
    });
    writeFileSync(file, linked);
  }
}

/** The page of each name; of one that several doors have, the main door's. */
function pagesOf(site) {
  const pages = new Map();
  for (const kind of KINDS) {
    for (const file of readdirSync(join(site, kind))) {
      const [, door, name] = /^(sluice\w*)\.(\w+)\.html$/.exec(file) ?? [];
      if (name !== undefined && (door === "sluice" || !pages.has(name))) pages.set(name, join(kind, file));
    }
  }
  return pages;
}
