import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { writeReport } from "../../../simulations/report/write-report.js";
import { BROWSER_NAMES, BrowserPage, findBrowser, type Place } from "./chromium.js";
import { MINUTE, realRun } from "./some-runs.js";

describe("the page in a real browser", () => {
  const folder = mkdtempSync(join(tmpdir(), "sluice-chromium-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 }));

  it("draws every chart from a file, follows a drag with all of them, and complains of nothing", async (context) => {
    const browser = findBrowser();
    if (browser === undefined) return context.skip(`none of ${BROWSER_NAMES.join(", ")} is installed`);
    const file = join(folder, "page.html");
    writeReport(file, [realRun(), realRun(MINUTE, "sluice-again")]);
    const page = await BrowserPage.open(browser, join(folder, "profile"), pathToFileURL(file).href);
    try {
      await page.until(`document.querySelectorAll("[data-chart] canvas").length === 12`);
      expect(await page.evaluate(`document.querySelectorAll("[data-chart]").length`)).toBe(12);
      expect(await page.evaluate(`document.querySelector("[data-range]").textContent`)).toBe("0:00 – 1:00");

      const plot = `[data-chart="rates"] .u-over`;
      const place = `(({ x, y, width, height }) => ({ x, y: y + height / 2, width }))(document.querySelector('${plot}').getBoundingClientRect())`;
      const { x, y, width } = (await page.evaluate(place)) as Place & { readonly width: number };
      await page.drag({ x: x + width * 0.25, y }, { x: x + width * 0.75, y });
      await page.until(`document.querySelector("[data-range]").textContent === "0:15 – 0:45"`);
      const texts = (await page.evaluate(
        `[...document.querySelectorAll('[data-chart="rates"] .u-legend')].map((legend) => legend.textContent)`,
      )) as readonly string[];
      expect(texts).toHaveLength(2);
      // The cursor of one is the cursor of all: at three quarters of what is shown now.
      expect(texts[0]).toMatch(/^at0:3[78]accepted\d.*true limit10\/srate\d/);
      expect(texts[1]?.slice(0, 6)).toBe(texts[0]?.slice(0, 6));
      expect(page.complaints).toEqual([]);
    } finally {
      await page.close();
    }
  });
});
