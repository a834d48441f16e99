import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GUIDES } from "./paths.mjs";

/** The guide that lists all others: the front page, and the one place that says their order. */
export const FRONT = "index.md";

/**
 * @typedef {object} Guide
 * @property {string} path From the folder of the guides: `sdks/openai.md`.
 * @property {string} title Its first heading.
 * @property {string} group The heading that the front page lists it under.
 * @property {string} about What the front page says of it.
 * @property {string} text All of it, as it was written.
 */

/**
 * The guides in the order of the front page, which is first.
 *
 * @returns {readonly Guide[]}
 * @throws Error where the front page lists one that isn't there
 */
export function readGuides() {
  const front = readGuide(FRONT, "", "");
  const groups = front.text.split(/^## /m).slice(1);
  const listed = groups.flatMap((section) => {
    const [group] = section.split("\n", 1);
    return [...section.matchAll(/^- \[[^\]]+\]\(([^)#]+\.md)\): (.+(?:\n {2}.+)*)$/gm)].map(([, path, about]) =>
      readGuide(path, group, about.replaceAll(/\s+/g, " ")),
    );
  });
  return [front, ...listed];
}

function readGuide(path, group, about) {
  const text = readFileSync(join(GUIDES, path), "utf8");
  const [, title] = /^# (.+)$/m.exec(text) ?? [];
  if (title === undefined) throw new Error(`${path}: a guide begins with its title: # Title`);
  return { path, title, group, about, text };
}
