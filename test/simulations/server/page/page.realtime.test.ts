import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { startServer } from "../../../../simulations/index.js";
import { BROWSER_NAMES, BrowserPage, findBrowser } from "../../report/chromium.js";

const HOSTILE = `<img src=x onerror="document.title='taken'">`;

describe("the page of a live server, in a real browser", () => {
  const folder = mkdtempSync(join(tmpdir(), "sluice-serve-page-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 }));

  it("shows what each organisation got, hostile names as text, and says so when the server has gone", async (context) => {
    const browser = findBrowser();
    if (browser === undefined) return context.skip(`none of ${BROWSER_NAMES.join(", ")} is installed`);
    const server = await startServer({
      models: [{ id: HOSTILE, type: "chat" }],
      organisations: [{ name: "<b>acme</b>", keys: ["sk-acme"] }],
      limit: { kind: "policer", requestsPerSecond: 2 },
      latency: { firstByteMs: 1, perTokenMs: 0 },
    });
    const body = JSON.stringify({ model: HOSTILE, messages: [{ role: "user", content: "x" }] });
    const ask = async () => {
      const headers = { authorization: "Bearer sk-acme" };
      await (await fetch(`${server.url}/v1/chat/completions`, { method: "POST", headers, body })).text();
    };
    await Promise.all([ask(), ask(), ask()]);
    const page = await BrowserPage.open(browser, join(folder, "profile"), `${server.url}/__page`);
    try {
      await page.until(`document.querySelectorAll("[data-charts] canvas").length === 1`);
      const row = await page.evaluate(
        `[...document.querySelectorAll("[data-lanes] tr > *")].map((cell) => cell.textContent)`,
      );
      expect(row).toEqual([HOSTILE, "<b>acme</b>", "2/s", "none", "0", "2", "1", "0", "0"]);
      expect(await page.evaluate(`document.querySelectorAll("main img, [data-lanes] b").length`)).toBe(0);
      expect(await page.evaluate("document.title")).toBe("simulated server – sluice");
      server.setLimit(7);
      await page.until(`document.querySelector("[data-lanes] td:nth-child(3)").textContent === "7/s"`);
      expect(page.complaints).toEqual([]);
      await server.close();
      await page.until(`!document.querySelector("[data-gone]").hidden`);
      expect(await page.evaluate(`document.querySelector("[data-gone]").textContent`)).toMatch(
        /^The server does not answer \(.+\)\. What you see is how it was at 0:\d\d/,
      );
    } finally {
      await page.close();
      await server.close();
    }
  });
});
