import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { Parser } from "htmlparser2";

const LINKS = { a: "href", link: "href", script: "src", img: "src" };

/**
 * Every link of a site that leads to no file of it, or to no such place in one, each as `page → link`.
 *
 * @param {string} site its folder
 * @returns {readonly string[]}
 */
export function brokenLinks(site) {
  const files = new Set(filesIn(site));
  const pages = new Map(
    [...files].filter((file) => file.endsWith(".html")).map((file) => [file, readPage(site, file)]),
  );
  return [...pages].flatMap(([page, { links }]) =>
    links.filter((link) => !leadsSomewhere(page, link, files, pages)).map((link) => `${page} → ${link}`),
  );
}

function leadsSomewhere(page, link, files, pages) {
  if (/^(https?|data|mailto|javascript):/.test(link)) return true;
  const [path, anchor] = decodeURI(link).split("#");
  const file = path === "" ? page : join(dirname(page), path.split("?")[0]);
  if (!files.has(file)) return false;
  return anchor === undefined || anchor === "" || !pages.has(file) || pages.get(file).names.has(anchor);
}

function readPage(site, file) {
  const [links, names] = [[], new Set()];
  const parser = new Parser({
    onopentag(tag, attributes) {
      const link = attributes[LINKS[tag]];
      if (link !== undefined) links.push(link);
      if (attributes.id !== undefined) names.add(attributes.id);
    },
  });
  parser.end(readFileSync(join(site, file), "utf8"));
  return { links, names };
}

function filesIn(folder, from = folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(path, from) : [relative(from, path)];
  });
}
