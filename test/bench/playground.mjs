import { chromium } from "playwright-core";

const EXECUTABLES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const SETTINGS =
  "scenario=own&vs=sluice+sluice-calm+yours+sluice-aimd&law=aimd&limit=6&latency=0.3&minutes=240&speed=2000&clients=1";
const POINTS = 10_000;

/**
 * What the playground's page does of its own accord in a frame, while its worker simulates as fast as it can and charts have
 * ten thousand points: CPU time of its main thread, so that what else the machine does isn't counted.
 */
export async function benchPlayground({ seconds }) {
  const { existsSync } = await import("node:fs");
  const executablePath = EXECUTABLES.find((path) => existsSync(path));
  if (executablePath === undefined) {
    console.error("the bench of the playground needs Chromium");
    return;
  }
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage({ viewport: { width: 1_440, height: 900 } });
    await page.goto(`${new URL("../../dist/playground/index.html", import.meta.url)}#${SETTINGS}`);
    const until = (points) =>
      page.waitForFunction((wanted) => Number(document.querySelector("progress").value) * 240 * 60 >= wanted, points, {
        timeout: 180_000,
      });
    await until(POINTS);
    await browser.startTracing(page, { categories: ["devtools.timeline"] });
    await page.waitForTimeout(seconds * 1_000);
    const { traceEvents } = JSON.parse(String(await browser.stopTracing()));
    const isBusy = await page.evaluate(() => document.documentElement.dataset.run);
    const costsMs = frameCosts(traceEvents);
    if (isBusy !== "playing") console.error("the run was over too soon: the worker wasn't busy all the time");
    const at = (share) => costsMs[Math.floor(costsMs.length * share)]?.toFixed(2);
    console.log(
      `playground, ${POINTS} points a chart, worker ${isBusy}: ${costsMs.length} frames, own CPU a frame p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, most ${costsMs.at(-1)?.toFixed(2)} ms`,
    );
  } finally {
    await browser.close();
  }
}

/** Milliseconds of the thread's own time in each frame that did anything: the frame's callbacks, and messages before it. */
function frameCosts(events) {
  const frames = events.filter(({ name }) => name === "FireAnimationFrame");
  const busiest = groupByThread(frames);
  const [thread] = [...busiest].sort((one, other) => other[1].length - one[1].length)[0] ?? [];
  const own = events
    .filter(
      ({ name, pid, tid, tdur }) =>
        `${pid} ${tid}` === thread && tdur !== undefined && /^(FireAnimationFrame|FunctionCall)$/.test(name),
    )
    .sort((one, other) => one.ts - other.ts);
  const costs = [];
  let pendingUs = 0;
  let frameEnds = 0;
  for (const { name, ts, dur, tdur } of own) {
    if (name === "FireAnimationFrame") {
      costs.push((pendingUs + tdur) / 1_000);
      pendingUs = 0;
      frameEnds = ts + dur;
    } else if (ts >= frameEnds) pendingUs += tdur;
  }
  return costs.filter((cost) => cost > 0.05).sort((one, other) => one - other);
}

function groupByThread(events) {
  const threads = new Map();
  for (const event of events) {
    const key = `${event.pid} ${event.tid}`;
    threads.set(key, [...(threads.get(key) ?? []), event]);
  }
  return threads;
}
