import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { startServer } from "../../../../simulations/index.js";
import { BROWSER_NAMES, BrowserPage, findBrowser } from "../../report/chromium.js";

const HOSTILE = `<img src=x onerror="document.title='taken'">`;

/** A way to a server that can be cut, and can lead to another one. */
async function startLine(port: number) {
  const sockets = new Set<Socket>();
  const line = { target: port as number | undefined, url: "", cut, close };
  const listener = createServer((near) => {
    if (line.target === undefined) return void near.destroy();
    const far = connect(line.target, "127.0.0.1");
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.once("close", () => to.destroy()).on("error", () => {});
      from.pipe(to);
    }
  });
  function cut(): void {
    line.target = undefined;
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  }
  function close(): Promise<unknown> {
    cut();
    return new Promise((closed) => listener.close(closed));
  }
  await new Promise<void>((listening) => listener.listen(0, "127.0.0.1", listening));
  line.url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  return line;
}

describe("the page of a live server, in a real browser", () => {
  const folder = mkdtempSync(join(tmpdir(), "sluice-serve-page-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 }));

  it("shows what each organisation got, hostile names as text; when the server has gone; and how it goes on", async (context) => {
    const browser = findBrowser();
    if (browser === undefined) return context.skip(`none of ${BROWSER_NAMES.join(", ")} is installed`);
    const server = await startServer({
      models: [{ id: HOSTILE, type: "chat" }],
      organisations: [{ name: "<b>acme</b>", keys: ["sk-acme"] }],
      limit: { kind: "policer", requestsPerSecond: 2 },
      latency: { firstByteMs: 1, perTokenMs: 0 },
    });
    const next = await startServer();
    const body = JSON.stringify({ model: HOSTILE, messages: [{ role: "user", content: "x" }] });
    const ask = async () => {
      const headers = { authorization: "Bearer sk-acme" };
      await (await fetch(`${server.url}/v1/chat/completions`, { method: "POST", headers, body })).text();
    };
    await Promise.all([ask(), ask(), ask()]);
    const line = await startLine(server.port);
    const page = await BrowserPage.open(browser, join(folder, "profile"), `${line.url}/__page`);
    const textOf = (mark: string) => page.evaluate(`document.querySelector("[data-${mark}]").textContent`);
    const isSeen = (mark: string) => `document.querySelector("[data-${mark}]").checkVisibility()`;
    try {
      await page.until(`document.querySelectorAll("[data-charts] canvas").length === 1`);
      const row = await page.evaluate(
        `[...document.querySelectorAll("[data-lanes] tr > *")].map((cell) => cell.textContent)`,
      );
      expect(row).toEqual([HOSTILE, "<b>acme</b>", "2/s", "none", "0", "2", "1", "0", "0"]);
      expect(await page.evaluate(`document.querySelectorAll("main img, [data-lanes] b").length`)).toBe(0);
      expect(await page.evaluate("document.title")).toBe("simulated server – sluice");
      expect(await textOf("link")).toBe("live");
      server.setLimit(7);
      await page.until(`document.querySelector("[data-lanes] td:nth-child(3)").textContent === "7/s"`);
      expect(await page.evaluate("performance.getEntriesByType('resource').length")).toBe(0);
      expect(page.complaints).toEqual([]);

      line.cut();
      await page.until(isSeen("gone"));
      expect([await textOf("gone"), await textOf("link")]).toEqual([
        expect.stringMatching(
          /^The server does not answer \(.+\)\. What you see is how it was at \d\d:\d\d:\d\d\. Trying again\.$/,
        ),
        "gone",
      ]);
      line.target = server.port;
      await page.until(`!${isSeen("gone")}`);
      expect(await textOf("link")).toBe("live");

      await server.close({ graceMs: 1_000 });
      await page.until(isSeen("over"));
      expect(await textOf("link")).toMatch(/^over since \d\d:\d\d:\d\d$/);
      expect(await page.evaluate(isSeen("gone"))).toBe(false);
      line.target = next.port;
      await page.until(`!${isSeen("over")}`);
      await page.until(isSeen("empty"));
      expect(await page.evaluate(`document.querySelectorAll("[data-charts] canvas").length`)).toBe(0);
    } finally {
      await page.close();
      await Promise.all([line.close(), server.close(), next.close()]);
    }
  });
});
