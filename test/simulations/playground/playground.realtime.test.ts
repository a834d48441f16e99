import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runJob } from "../../../simulations/run/job.js";
import { SCENARIOS } from "../../../simulations/scenarios/index.js";
import { meaningOf } from "../../../src/control/reasons.js";
import { barriersOf } from "../../axe.mjs";
import { beginCommand } from "../../cli/command-line.js";
import { ROOT } from "../../tidy/sources.js";
import { openBrowser, openPage } from "./browser.js";

const FILE = `${pathToFileURL(ROOT).href}dist/playground/index.html`;
/** A minute at full speed. */
const SHORT = "scenario=own&minutes=1&latency=0.2&speed=2000";

let browser: Browser | undefined;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

/** Waits until a run is as it should be. */
function until(page: Page, run: "over" | "playing" | "paused" | "lost"): Promise<unknown> {
  return page.waitForFunction((wanted) => document.documentElement.dataset["run"] === wanted, run, { timeout: 40_000 });
}

/** What the page's table has of each contestant, exactly. */
function metricsOf(page: Page): Promise<Record<string, unknown>> {
  return page.evaluate(() =>
    Object.fromEntries(
      [...document.querySelectorAll<HTMLElement>("[data-scores] tr")].map((row) => [
        row.querySelector("th")?.textContent ?? "",
        JSON.parse(row.dataset["metrics"] ?? "null") as unknown,
      ]),
    ),
  );
}

const isTooWide = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth > innerWidth);

describe("the playground, in a real browser", () => {
  it("has the numbers of sluice simulate, and begins where the link says", async (context) => {
    if (browser === undefined) return context.skip("no browser");
    const scenario = SCENARIOS.find(({ name }) => name === "s19-light-load");
    if (scenario === undefined) throw new Error("no such scenario");
    const contestants = ["sluice", "retry-only"];
    const { page, complaints } = await openPage(
      browser,
      `${FILE}#scenario=${scenario.name}&seed=3&vs=sluice+retry-only&speed=2000`,
    );
    await until(page, "over");
    await page.waitForSelector("[data-metrics]");
    const outcomes = await runJob({ scenario, seed: 3, contestants });
    const expected = outcomes.map((each) => [
      each.contestant,
      JSON.parse(JSON.stringify("metrics" in each && each.metrics)),
    ]);
    expect(await metricsOf(page)).toEqual(Object.fromEntries(expected));
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("follows a dragged limit from that instant on, and its link repeats it to the digit", async (context) => {
    if (browser === undefined) return context.skip("no browser");
    const { page, complaints } = await openPage(browser, `${FILE}#${SHORT.replace("2000", "20")}&vs=yours+sluice`);
    await page.waitForFunction(() => (document.querySelector("[data-clock]")?.textContent ?? "") > "0:10");
    await page.locator('[data-knob="limit"]').focus();
    for (let press = 0; press < 3; press++) await page.keyboard.press("PageDown");
    await page.waitForFunction(() => /changes=\d+:limit:[\d.]+/.test(location.hash));
    const [, moved] = /limit:([\d.]+)/.exec(decodeURIComponent(page.url())) ?? [];
    expect(Number(moved)).toBeLessThan(6);
    await page.locator("[data-speed]").focus();
    await page.keyboard.press("End");
    await until(page, "over");
    await page.waitForSelector("[data-metrics]");
    const live = await metricsOf(page);
    const link = page.url();
    const again = await openPage(browser, link);
    await until(again.page, "over");
    await again.page.waitForSelector("[data-metrics]");
    expect(await metricsOf(again.page)).toEqual(live);
    const accepted = await page.locator("[data-scores] td:nth-child(5)").first().textContent();
    expect(Number.parseFloat(accepted ?? "")).toBeLessThan(Number(moved) * 1.3);
    expect([...complaints, ...again.complaints]).toEqual([]);
    await Promise.all([page.context().close(), again.page.context().close()]);
  });

  it("steps, pauses and goes on by keyboard, and shows reasons", async (context) => {
    if (browser === undefined) return context.skip("no browser");
    const { page, complaints } = await openPage(browser, `${FILE}#${SHORT.replace("2000", "1")}&vs=sluice`);
    await until(page, "playing");
    await page.locator("[data-play]").press("Enter");
    await until(page, "paused");
    const before = await page.locator("[data-decisions] tr").count();
    await page.locator('[data-step-to="decision"]').press("Enter");
    await page.waitForFunction((rows) => document.querySelectorAll("[data-decisions] tr").length > rows, before);
    expect(await page.locator("[data-decisions] tr").first().textContent()).toMatch(
      /\d:\d\d\.\d{3}.(raised|held|lowered|\W)+/,
    );
    await page.locator('[data-step-to="second"]').press("Enter");
    await page.waitForFunction(() => document.querySelectorAll("[data-runs] canvas").length >= 2);
    // Both in one look: the step goes on meanwhile, and what is first may change.
    const [why, name] = await page
      .locator("[data-because]")
      .first()
      .evaluate((because) => [because.textContent, because.getAttribute("data-because")]);
    expect(why).toContain(meaningOf(name ?? ""));
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    for (const [what, expected] of [
      ["code", 'import { createSluice } from "sluice";\n\nconst sluice = createSluice();\n'],
      ["link", page.url()],
    ]) {
      await page.locator(`[data-copy="${what}"]`).press("Enter");
      await page.locator(`[data-copy="${what}"]`, { hasText: /^Copied$/ }).waitFor();
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(expected);
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it.each([
    [375, "dark"],
    [1_280, "light"],
    [1_920, "dark"],
  ] as const)("is open to everybody at %i px, %s, guide and playground", async (width, colorScheme) => {
    if (browser === undefined) return;
    const { page, complaints } = await openPage(browser, FILE, { width, colorScheme });
    await page.waitForSelector("[data-guide-runs] canvas");
    expect(await barriersOf(page)).toEqual([]);
    expect(await isTooWide(page)).toBe(false);
    await page.locator("[data-step='3']").click();
    await page.waitForFunction(() => document.querySelectorAll("[data-guide-runs] article").length === 2);
    expect(await page.locator("[data-guide-title]").textContent()).toBe("Where halving freezes you");
    await page.locator("[data-guide-open]").click();
    await page.waitForSelector("[data-runs] canvas");
    await page.locator("[data-settings-fold]").evaluate((fold: HTMLDetailsElement) => {
      fold.open = true;
    });
    expect(await page.locator("[name=kind]").inputValue()).toBe("together");
    expect(await barriersOf(page)).toEqual([]);
    expect(await isTooWide(page)).toBe(false);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("says what is wrong with a link, as text, and shows what it can", async (context) => {
    if (browser === undefined) return context.skip("no browser");
    const hostile = "<img src=x onerror=document.title='taken'>";
    const { page, complaints } = await openPage(
      browser,
      `${FILE}#scenario=${encodeURIComponent(hostile)}&limit=1e9&vs=sluice`,
    );
    await until(page, "playing");
    const alert = page.locator("[data-alert]");
    expect(await alert.textContent()).toContain("there is no scenario '<img src=x onerror=");
    expect(await alert.textContent()).toContain("limit must be a number from 0.1 to 1000, got '1e9': it is 10");
    expect(await page.title()).toBe("playground – sluice");
    expect(await page.locator("main img").count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("says that what simulates has died, or is silent, and begins again", async (context) => {
    if (browser === undefined) return context.skip("no browser");
    const { page } = await openPage(browser, `${FILE}#${SHORT.replace("2000", "1")}&vs=sluice`, { hasOwnClock: true });
    await until(page, "playing");
    await page.workers()[0]?.evaluate(() => {
      setTimeout(() => {
        throw new Error("out of memory, say");
      });
    });
    await until(page, "lost");
    expect(await page.locator("[data-alert-text]").textContent()).toContain("out of memory, say");
    await page.locator("[data-alert-again]").click();
    await until(page, "playing");
    // It never ends, and isn't waited for.
    page
      .workers()
      .at(-1)
      ?.evaluate(() => {
        for (;;);
      })
      .catch(() => {});
    await page.waitForTimeout(300);
    await page.clock.runFor(20_000);
    await until(page, "lost");
    expect(await page.locator("[data-alert-text]").textContent()).toContain("asked 15 times, it said nothing");
    await page.locator("[data-alert-again]").click();
    await until(page, "playing");
    await page.context().close();
  });

  it("looks closer where it is told to, and stays there; a run that is over stays as it is", async (context) => {
    if (browser === undefined) return context.skip("no browser");
    const { page, complaints } = await openPage(browser, `${FILE}#${SHORT}&vs=sluice`, { hasOwnClock: true });
    await until(page, "over");
    const range = page.locator("[data-range]");
    const chart = page.locator("[data-runs] .u-over").first();
    await chart.scrollIntoViewIfNeeded();
    const box = await chart.boundingBox();
    if (box === null) throw new Error("the chart can't be seen");
    const to = async (share: number) => page.mouse.move(box.x + box.width * share, box.y + box.height / 2);
    expect(await range.textContent()).toBe("0:00 – 1:00");
    await to(0.25);
    await page.mouse.down();
    await to(0.4);
    await to(0.5);
    await page.mouse.up();
    await page.waitForFunction(() => document.querySelector("[data-range]")?.textContent === "0:15 – 0:30");
    // What comes into sight makes the page draw anew; and a minute passes, of which nobody has anything to tell.
    await page.locator("[data-together]").scrollIntoViewIfNeeded();
    for (let turn = 0; turn < 6; turn++) {
      await page.clock.runFor(10_000);
      await page.workers()[0]?.evaluate(() => undefined);
    }
    expect(await range.textContent()).toBe("0:15 – 0:30");
    expect(await page.evaluate(() => document.documentElement.dataset["run"])).toBe("over");
    await chart.dblclick();
    await page.waitForFunction(() => document.querySelector("[data-range]")?.textContent === "0:00 – 1:00");
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("is served on this machine by the command, with what was asked for", async (context) => {
    if (browser === undefined) return context.skip("no browser");
    const command = beginCommand([
      "simulate",
      "--playground",
      "s13",
      "--contestant",
      "sluice-calm",
      "--seeds-from",
      "4",
    ]);
    const url = await command.firstLine;
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#/);
    const { page, complaints } = await openPage(browser, url);
    await until(page, "playing");
    expect(await page.locator("[name=scenario]").inputValue()).toBe("s13-outage");
    expect(await page.locator("[data-scores] th").allTextContents()).toEqual(["sluice-calm"]);
    expect(complaints).toEqual([]);
    await page.context().close();
    command.interrupt();
    expect(await command.exit).toBe(130);
  });
});
