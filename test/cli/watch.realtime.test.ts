import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type RunningServer, startServer } from "../../simulations/server/http.js";
import { dashboard } from "../../src/adapter/dashboard.js";
import { createSluice } from "../../src/index.js";
import { barriersOf } from "../axe.mjs";
import { openBrowser } from "../simulations/playground/browser.js";
import { beginCommand, type RunningCommand } from "./command-line.js";

const HOSTILE = `<img src=x onerror="document.title='taken'">`;
const MODEL = "meta-llama/Llama-3.3-70B-Instruct-Turbo";
const WIDTHS = [375, 768, 1_280, 1_920];

/** Without one its tests are passed over, but for CI, where that is an error. */
const browser = await openBrowser();

describe.skipIf(browser === undefined)("a live page, in a real browser", () => {
  let folder = "";
  const complaints: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sluice-watch-page-"));
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  });

  /** Opens a page, and writes down what it complains of, but for a server that is gone. */
  async function open(url: string): Promise<Page> {
    const page = await (browser as Browser).newPage();
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      const isOfServer = /ERR_(CONNECTION_REFUSED|INCOMPLETE_CHUNKED|EMPTY_RESPONSE|CONNECTION_RESET)/.test(
        message.text(),
      );
      if (message.type() === "error" && !isOfServer) complaints.push(message.text());
    });
    await page.goto(url);
    return page;
  }

  const text = (page: Page, mark: string) => page.locator(`[data-${mark}]`).innerText();
  const until = (task: () => Promise<void>) => vi.waitFor(task, { timeout: 30_000, interval: 100 });

  async function requestsFile(count: number): Promise<string> {
    const path = join(folder, "requests.jsonl");
    const line = (index: number) => ({
      ...{ custom_id: `c-${index}`, method: "POST", url: "/v1/chat/completions" },
      body: { model: index % 10 === 0 ? HOSTILE : MODEL, messages: [{ role: "user", content: "Hi." }] },
    });
    const lines = Array.from({ length: count }, (_, index) => `${JSON.stringify(line(index))}\n`);
    await writeFile(path, lines.join(""));
    return path;
  }

  async function pageOf(command: RunningCommand, env: Readonly<Record<string, string>>): Promise<string> {
    await vi.waitFor(() => expect(command.err()).toContain("live page"), { timeout: 10_000 });
    const watch = beginCommand(["watch", "--no-open"], env);
    expect(await watch.exit).toBe(0);
    return watch.out().trim();
  }

  const answered = async (page: Page) => Number(/^[\d,]+/.exec(await text(page, "counts"))?.[0].replaceAll(",", ""));

  it("follows a run, holds and caps it, shows its end, and goes on when it is started again", async () => {
    const server: RunningServer = await startServer({
      models: [
        { id: MODEL, type: "chat" },
        { id: HOSTILE, type: "chat" },
      ],
      latency: { firstByteMs: 5, perTokenMs: 0 },
      limit: { kind: "policer", requestsPerSecond: 20 },
    });
    const env = { XDG_RUNTIME_DIR: folder };
    const argv = ["run", await requestsFile(240), "-o", join(folder, "out.jsonl"), "--base-url", server.url, "--watch"];
    const first = beginCommand(argv, env);
    const page = await open(await pageOf(first, env));
    await until(async () => expect(await answered(page)).toBeGreaterThan(10));
    expect(await text(page, "title")).toBe("requests.jsonl");
    expect(await page.locator("article h3").allInnerTexts()).toEqual(
      expect.arrayContaining([expect.stringContaining(HOSTILE), expect.stringContaining(MODEL)]),
    );
    expect(await page.locator("main img").count()).toBe(0);
    expect(await page.title()).toBe("requests.jsonl – sluice");
    await until(async () => expect(await page.locator("article canvas").count()).toBeGreaterThanOrEqual(2));

    // Held: what is in flight ends, and then nothing moves.
    await page.getByRole("button", { name: "Pause all" }).click();
    await until(async () => expect(await page.getByRole("button", { name: "Resume all" }).count()).toBe(1));
    await until(async () => {
      const before = await answered(page);
      await page.waitForTimeout(700);
      expect(await answered(page)).toBe(before);
    });
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await barriersOf(page)).toEqual([]);
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      }
    }
    await page.getByRole("spinbutton", { name: `Most requests a second of ${MODEL}` }).fill("4");
    await page.getByRole("button", { name: `Cap ${MODEL}` }).click();
    await page.locator("article", { hasText: MODEL }).getByText("cap 4/s").waitFor();
    await page.getByRole("button", { name: `Lift the cap of ${MODEL}` }).click();
    const held = await answered(page);
    await page.getByRole("button", { name: "Resume all" }).click();
    await until(async () => expect(await answered(page)).toBeGreaterThan(held));

    // Started again, it is the same page, in the same tab.
    await page.evaluate(() => document.body.setAttribute("data-tab", "same"));
    first.interrupt();
    expect(await first.exit).toBe(130);
    await until(async () => expect(await text(page, "link")).toMatch(/^over since/));
    expect(await text(page, "ending")).toContain("interrupted");
    expect(await page.locator("[data-gone]").isVisible()).toBe(false);
    server.setLimit(400);
    const second = beginCommand(argv, env);
    await until(async () => expect(await text(page, "counts")).toContain("240 of 240"));
    expect(await second.exit).toBe(0);
    await until(async () => expect(await text(page, "ending")).toContain("240 of 240 requests answered"));
    expect(await page.locator("body").getAttribute("data-tab")).toBe("same");
    await page.waitForTimeout(1_000);
    expect([await text(page, "ending"), await page.locator("[data-gone]").isVisible()]).toEqual([
      expect.stringContaining("240 of 240"),
      false,
    ]);
    expect(
      await page
        .getByRole("button", { name: "Resume all" })
        .or(page.getByRole("button", { name: "Pause all" }))
        .isDisabled(),
    ).toBe(true);
    expect(complaints).toEqual([]);
    await page.close();
    await server.close();
  });

  it("says so when its program goes away, goes on when it is back, and hears no page of another site", async () => {
    const sluice = createSluice();
    const live = dashboard(sluice);
    await sluice.schedule(async () => 1, { key: "m" });
    let server = await listen(createServer(live), 0);
    const { port } = server.address() as AddressInfo;
    const page = await open(live.urlAt(`http://127.0.0.1:${port}`));
    await until(async () => expect(await text(page, "link")).toBe("live"));

    // Whoever lures a browser of this machine onto a page of another origin gets nowhere, with the token too.
    const other = await listen(
      createServer(
        (_, response) => void response.setHeader("content-type", "text/html").end("<!doctype html><title>x</title>"),
      ),
      0,
    );
    const lure = await (browser as Browser).newPage();
    await lure.goto(`http://localhost:${(other.address() as AddressInfo).port}/`);
    const said = await lure.evaluate(
      async ([url, token]) => {
        const ask = (init: RequestInit) =>
          fetch(`${url}/control`, { method: "POST", body: '{"do":"pause"}', ...init }).then(
            ({ status, type }) => `${type} ${status}`,
            () => "refused",
          );
        const headers = { "sluice-token": token ?? "", "content-type": "application/json" };
        return [
          await ask({ headers }),
          await ask({ mode: "no-cors" }),
          await fetch(`${url}/hello`).then(
            () => "read",
            () => "refused",
          ),
        ];
      },
      [`http://127.0.0.1:${port}`, live.token],
    );
    expect(said).toEqual(["refused", "opaque 0", "refused"]);
    expect(sluice.budgets()[0]?.isPaused).toBeUndefined();
    await lure.close();

    await stop(server);
    await until(async () =>
      expect(await text(page, "gone")).toMatch(
        /^Its program does not answer \(.+\)\. What you see is how it was at \d/,
      ),
    );
    expect(await page.getByRole("button", { name: "Pause m" }).isDisabled()).toBe(true);
    expect(await barriersOf(page)).toEqual([]);
    server = await listen(createServer(live), port);
    await until(async () => expect(await page.locator("[data-gone]").isVisible()).toBe(false));
    expect(await text(page, "link")).toBe("live");
    await page.close();

    const bare = await open(`http://127.0.0.1:${port}/`);
    expect(await text(bare, "gone")).toContain("This address has no token");
    await bare.goto(`http://127.0.0.1:${port}/#token=wrong`);
    await until(async () => expect(await text(bare, "gone")).toContain("another token"));
    expect(complaints.filter((complaint) => !complaint.includes("401"))).toEqual([]);
    await bare.close();
    await sluice.close();
    await Promise.all([stop(server), stop(other)]);
  });
});

function listen(server: Server, port: number): Promise<Server> {
  return new Promise((resolve) => server.listen(port, "127.0.0.1", () => resolve(server)));
}

function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
