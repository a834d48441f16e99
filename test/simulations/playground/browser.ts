import { type Browser, chromium, type Page } from "playwright-core";
import { BROWSER_NAMES, findBrowser } from "../report/chromium.js";

/**
 * Starts the Chromium of this machine; undefined where there is none, which is said aloud.
 *
 * @throws where there is none on a machine that takes changes: nothing goes untested there
 */
export async function openBrowser(): Promise<Browser | undefined> {
  const executablePath = findBrowser();
  if (executablePath !== undefined) return chromium.launch({ executablePath, args: ["--no-sandbox"] });
  const missing = `none of ${BROWSER_NAMES.join(", ")} is installed: the pages aren't tested`;
  if (process.env["CI"] === "true") throw new Error(missing);
  console.warn(missing);
  return undefined;
}

/** A page, and whatever it complained of. */
export interface Watched {
  readonly page: Page;
  readonly complaints: string[];
}

export async function openPage(
  browser: Browser,
  url: string,
  look: { readonly width?: number; readonly colorScheme?: "dark" | "light"; readonly hasOwnClock?: boolean } = {},
): Promise<Watched> {
  const { width = 1_280, colorScheme = "light", hasOwnClock = false } = look;
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(String(error)));
  if (hasOwnClock) await page.clock.install();
  await page.goto(url);
  return { page, complaints };
}
