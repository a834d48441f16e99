import { chromium } from "playwright-core";
import { findBrowser } from "../../src/docs/build/pictures/make.mjs";
import { frameCosts, quantile } from "./frame-costs.mjs";

/** Four runs of four hours. Once charts have their points the server lets in so much that the rest takes minutes. */
const SETTINGS =
  "scenario=own&vs=sluice+sluice-calm+yours+sluice-aimd&law=aimd&limit=6&latency=0.3&minutes=240&speed=2000&clients=1&changes=9900000:limit:60";
const DURATION_S = 240 * 60;
const POINTS = 10_000;

/**
 * What the playground's page does of its own accord in a frame, while its worker simulates as fast as it can and charts have
 * ten thousand points: CPU time of its main thread, see frame-costs.mjs. Several builds are measured in turns, so that what
 * else the machine does meets them alike.
 */
export async function benchPlayground({ seconds, rounds, pages }) {
  const executablePath = findBrowser();
  if (executablePath === undefined) {
    console.error("the bench of the playground needs Chromium");
    return;
  }
  const found = new Map(pages.map((page) => [page, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [url, frames] of found) frames.push(...(await measure({ executablePath, url, seconds })));
  }
  for (const [url, frames] of found) report(url, frames);
}

async function measure({ executablePath, url, seconds }) {
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage({ viewport: { width: 1_440, height: 900 } });
    await page.goto(`${url}#${SETTINGS}`);
    await page.waitForFunction(
      (share) => Number(document.querySelector("progress").value) >= share,
      POINTS / DURATION_S,
      {
        timeout: 180_000,
      },
    );
    await browser.startTracing(page, { categories: ["devtools.timeline", "v8"] });
    await page.waitForTimeout(seconds * 1_000);
    const { traceEvents } = JSON.parse(String(await browser.stopTracing()));
    const [run, pace] = await page.evaluate(() => [
      document.documentElement.dataset.run,
      document.querySelector("[data-pace-words]").textContent,
    ]);
    if (run !== "playing") throw new Error(`the worker wasn't busy all the time: the run is ${run}`);
    console.error(`${url}: ${pace}`);
    return frameCosts(traceEvents);
  } finally {
    await browser.close();
  }
}

function report(url, frames) {
  const line = (name) => {
    const costs = frames.map((frame) => frame[name]);
    const at = (share) => `${quantile(costs, share).toFixed(2).padStart(6)} ms`;
    return `${name.padEnd(8)} p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}, most ${at(1)}`;
  };
  console.log(`
playground, ${POINTS.toLocaleString("en")} points a chart and more, worker busy: CPU of the main thread in ${frames.length} frames
${url}

${["own", "garbage", "browser"].map(line).join("\n")}`);
}
