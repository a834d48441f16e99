import { mkdirSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { startServer } from "../../../../dist/simulations/index.js";
import { dashboard } from "../../../../dist/src/adapter/dashboard.js";
import { createSluice } from "../../../../dist/src/index.js";
import { ROOT } from "../paths.mjs";
import { findBrowser } from "./make.mjs";

// npm run pictures: takes the README's pictures anew, of the pages as they are now. A minute, since one of them is of real time.
const FOLDER = join(ROOT, "src/docs/pictures");
const PLAYGROUND = `${pathToFileURL(join(ROOT, "dist/playground/index.html"))}#scenario=s06-down-and-up&vs=sluice+retry-only&speed=2000`;
const MODELS = ["meta-llama/Llama-3.3-70B-Instruct-Turbo", "deepseek-ai/DeepSeek-V3"];
const LIVE_SECONDS = 50;

const path = findBrowser();
if (path === undefined) throw new Error("there is no Chromium here that could take pictures");
mkdirSync(FOLDER, { recursive: true });
const browser = await chromium.launch({ executablePath: path, args: ["--no-sandbox", "--force-color-profile=srgb"] });
try {
  await takePlayground();
  await takeLive();
} finally {
  await browser.close();
}

async function takePlayground() {
  const page = await open(PLAYGROUND, { width: 1_280, height: 860 });
  await page.waitForFunction(() => document.documentElement.dataset.run === "over", undefined, { timeout: 120_000 });
  await page.screenshot({ path: join(FOLDER, "playground.png") });
}

/** A program with a page of its own, at a server whose limit falls and comes back while it is looked at. */
async function takeLive() {
  const limit = { kind: "policer", requestsPerSecond: 12 };
  const server = await startServer({ provider: "together", limit, latency: { firstByteMs: 400 }, seed: 1 });
  const sluice = createSluice();
  const live = dashboard(sluice);
  const own = createServer(live).listen(0, "127.0.0.1");
  await new Promise((resolve) => own.once("listening", resolve));
  const page = await open(live.urlAt(`http://127.0.0.1:${own.address().port}`), { width: 1_280, height: 900 });
  server.schedule([
    { atMs: 18_000, requestsPerSecond: 5 },
    { atMs: 34_000, requestsPerSecond: 12 },
  ]);
  const stop = new AbortController();
  const asked = Array.from({ length: 900 }, (_, index) => ask(server, sluice, MODELS[index % 2], stop.signal));
  await new Promise((resolve) => setTimeout(resolve, LIVE_SECONDS * 1_000));
  await page.screenshot({ path: join(FOLDER, "live.png") });
  stop.abort();
  await Promise.allSettled(asked);
  await sluice.close();
  own.closeAllConnections();
  own.close();
  await server.close();
}

async function ask(server, sluice, model, signal) {
  const body = JSON.stringify({ model, messages: [{ role: "user", content: "How fast?" }] });
  const headers = { "content-type": "application/json" };
  const response = await sluice.fetch(`${server.url}/v1/chat/completions`, { method: "POST", headers, body, signal });
  await response.arrayBuffer();
}

async function open(url, viewport) {
  const context = await browser.newContext({ viewport, colorScheme: "light" });
  const page = await context.newPage();
  await page.goto(url);
  return page;
}
