import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "../paths.mjs";
import { PICTURES } from "./catalog.mjs";

const BROWSERS = ["chromium", "chromium-browser", "google-chrome"];
const WIDTH = 800;

/** Leaves of a report what the pictures are of: the first chart of each run. */
const CHARTS_ALONE = `<style>
body, main, section, .runs, .run, figure { margin: 0 !important; padding: 0 !important }
main { padding: 12px !important }
main > header, main > footer, section > :not(.runs), .run > :not(h3, figure), figure ~ figure, .u-legend { display: none !important }
</style>`;

/**
 * Makes the page of every picture in a folder and, where a Chromium is installed, takes the picture. Gives whether it did.
 *
 * @param {string} folder
 * @returns {Promise<boolean>}
 */
export async function makePictures(folder) {
  mkdirSync(folder, { recursive: true });
  const browser = findBrowser();
  for (const [name, picture] of Object.entries(PICTURES)) {
    const page = join(folder, `${name}.html`);
    await makePage(picture.command, page);
    if (browser !== undefined) await takePicture(browser, page, join(folder, `${name}.png`), picture.height);
  }
  return browser !== undefined;
}

/** Runs the very command that the guide shows, but for where its page goes. */
async function makePage(command, page) {
  const [, ...argv] = command.split(" ").map((word) => (word === "page.html" ? page : word));
  // 1 says that this one seed missed a bound of the mean.
  await run(process.execPath, [join(ROOT, "dist/src/cli/main.js"), ...argv], [0, 1]);
}

async function takePicture(browser, page, picture, height) {
  const charts = join(dirname(page), "charts.html");
  const text = readFileSync(page, "utf8");
  if (!text.includes('<div class="runs">')) throw new Error(`${page} has no charts where they were looked for`);
  writeFileSync(
    charts,
    text.replace("</head>", () => `${CHARTS_ALONE}</head>`),
  );
  const profile = mkdtempSync(join(tmpdir(), "sluice-docs-"));
  const options = [
    "--headless",
    "--no-sandbox",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--force-device-scale-factor=2",
  ];
  const size = ["--virtual-time-budget=5000", `--window-size=${WIDTH},${height}`];
  try {
    await run(browser, [
      ...options,
      ...size,
      `--user-data-dir=${profile}`,
      `--screenshot=${picture}`,
      String(pathToFileURL(charts)),
    ]);
  } finally {
    // Chromium's children may still write to it for a moment.
    rmSync(charts, { force: true });
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
  if (!existsSync(picture)) throw new Error(`${browser} took no picture of ${page}`);
}

/** Where a Chromium is, if there is one. */
export function findBrowser() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return BROWSERS.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

function run(program, argv, codes = [0]) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, argv, { stdio: ["ignore", "ignore", "pipe"] });
    let told = "";
    child.stderr.on("data", (chunk) => {
      told += chunk;
    });
    child.on("error", reject);
    child.on("close", (code) =>
      codes.includes(code) ? resolve() : reject(new Error(`${program} ${argv.join(" ")} ended with ${code}: ${told}`)),
    );
  });
}
