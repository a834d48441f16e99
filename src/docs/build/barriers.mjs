import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { barriersOf } from "../../../test/axe.mjs";

/** Of a kind that TypeDoc has one form for so many are looked at, the longest ones: they have most in them. */
const ALIKE = { documents: 5 };
/** Side by side. */
const AT_ONCE = 2;
/** What the menu is made of: nine tenths of each page, and the same on all. But for the first page it is left out. */
const MENU = "assets/navigation.js";

/**
 * What nobody could use without eyes or a mouse on the pages of a site, in light and in dark, each as `page (scheme): rule: selector`.
 *
 * @param {string} site its folder
 * @param {string} browserPath a Chromium
 * @returns {Promise<readonly string[]>}
 */
export async function siteBarriers(site, browserPath) {
  const browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox"] });
  try {
    const waiting = pagesOf(site).map((name, index) => ({ name, hasMenu: index === 0 }));
    const found = [];
    const work = async () => {
      const page = await browser.newPage({ viewport: { width: 1_280, height: 900 } });
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        found.push(...(await barriersOn(page, site, next)));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return found.sort();
  } finally {
    await browser.close();
  }
}

/** A page of each kind, and more of those that people write. The playground among its media has tests of its own. */
function pagesOf(site) {
  const entries = readdirSync(site, { withFileTypes: true });
  const roots = entries.filter(({ name }) => name.endsWith(".html")).map(({ name }) => name);
  const kinds = entries.filter((entry) => entry.isDirectory() && entry.name !== "media").map(({ name }) => name);
  return [...roots, ...kinds.flatMap((kind) => longest(site, kind).slice(0, ALIKE[kind] ?? 1))];
}

function longest(site, kind) {
  const pages = readdirSync(join(site, kind)).filter((name) => name.endsWith(".html"));
  const sizes = new Map(pages.map((name) => [name, statSync(join(site, kind, name)).size]));
  return pages.sort((one, other) => sizes.get(other) - sizes.get(one)).map((name) => join(kind, name));
}

async function barriersOn(page, site, { name, hasMenu }) {
  const look = async (colorScheme, rules) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    return (await barriersOf(page, rules)).map((barrier) => `${name} (${colorScheme}): ${barrier}`);
  };
  if (!hasMenu) await page.route(`**/${MENU}`, (request) => request.abort());
  await page.goto(String(pathToFileURL(join(site, name))));
  // TypeDoc hides a page until its script has run.
  await page.waitForSelector(hasMenu ? "#tsd-nav-container a" : "main h1");
  await page.unrouteAll();
  // In the dark only colours are others.
  return [...(await look("light")), ...(await look("dark", ["color-contrast"]))];
}
