import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { install } from "../../../test/matrix/runner/install.mjs";
import { BUILD, SITE } from "./paths.mjs";

const USAGE = `npm run docs [-- --no-pictures]

Makes the whole site from the sources and the guides: .site/index.html, llms.txt, llms-full.txt.
  --no-pictures  leaves out what takes longest, for a look at words
`;

const { values } = parseArgs({ options: { "no-pictures": { type: "boolean" }, help: { type: "boolean" } } });
if (values.help) {
  console.log(USAGE);
  process.exit();
}

await install(BUILD, "what the site is built with");
// What needs it is loaded when it is there.
const { writeSite } = await import("./api.mjs");
const { siteBarriers } = await import("./barriers.mjs");
const { linkNames } = await import("./link-names.mjs");
const { writeLlms } = await import("./llms.mjs");
const { mendPages } = await import("./mend-pages.mjs");
const { findBrowser, makePictures } = await import("./pictures/make.mjs");
const { brokenLinks } = await import("./site-links.mjs");
const { stage } = await import("./stage.mjs");

const folder = mkdtempSync(join(tmpdir(), "sluice-docs-"));
try {
  if (!values["no-pictures"] && !(await makePictures(join(folder, "pictures")))) {
    console.error("there is no Chromium here: the site has links to the pages of its pictures, and no pictures");
  }
  const guides = await stage(folder);
  await writeSite(guides);
  linkNames(SITE);
  mendPages(SITE);
  writeLlms(guides);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const faults = [["links that lead nowhere", brokenLinks(SITE)]];
const browser = findBrowser();
if (browser !== undefined) faults.push(["what not everybody can use", await siteBarriers(SITE, browser)]);
else if (process.env.CI === "true") faults.push(["pages that nobody looked at", ["there is no Chromium here"]]);
const found = faults.filter(([, list]) => list.length > 0);
for (const [what, list] of found) console.error(`${what}:\n${list.join("\n")}`);
if (found.length > 0) process.exitCode = 1;
else console.log(`${join(SITE, "index.html")}: open it in a browser`);
