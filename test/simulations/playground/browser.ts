import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
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

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What a screen reader or a keyboard couldn't make use of, as axe finds it. */
export async function barriersOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
  });
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
