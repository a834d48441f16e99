/** Where a page's script begins to run. */
const SCRIPT = /^(FireAnimationFrame|FunctionCall|TimerFire|EventDispatch)$/;
const GARBAGE = /^(MinorGC|MajorGC)$/;
/** What the browser does with what was drawn: styles, layout, painting, handing over to the compositor. */
const BROWSER =
  /^(UpdateLayoutTree|Layout|PrePaint|Paint|Layerize|Commit|UpdateLayer|IntersectionObserverController::computeIntersections)$/;

/**
 * CPU milliseconds of a page's main thread in each of its frames, by a trace: `own` is its script, in the frame and since
 * the last one, without `garbage`, which is what V8 collected then; `browser` is what the browser did of styles, layout and
 * painting since the last one, outside any script. CPU time: what other programs or threads take isn't in it. Frames in which no script ran
 * for 0.05 ms are left out: they would only make it look better.
 */
export function frameCosts(events) {
  const main = mainThread(events);
  const own = main
    .filter(({ tdur }) => tdur !== undefined)
    .sort((one, other) => one.ts - other.ts || other.dur - one.dur);
  const frames = [];
  let frame = { own: 0, garbage: 0, browser: 0 };
  let scriptEnds = 0;
  let browserEnds = 0;
  let garbageEnds = 0;
  for (const { name, ts, dur, tdur } of own) {
    const isInScript = ts < scriptEnds;
    // What is nested in a frame's script is its own; what comes after it is the next one's.
    if (!isInScript && frames.at(-1) === frame) frame = { own: 0, garbage: 0, browser: 0 };
    if (SCRIPT.test(name) && !isInScript) {
      frame.own += tdur / 1_000;
      scriptEnds = ts + dur;
      if (name === "FireAnimationFrame") frames.push(frame);
    } else if (GARBAGE.test(name) && ts >= garbageEnds) {
      if (isInScript) frame.own -= tdur / 1_000;
      frame.garbage += tdur / 1_000;
      garbageEnds = ts + dur;
    } else if (BROWSER.test(name) && !isInScript && ts >= browserEnds) {
      frame.browser += tdur / 1_000;
      browserEnds = ts + dur;
    }
  }
  return frames.filter(({ own: cost }) => cost > 0.05);
}

/** The value that a share of a list stays at or below. */
export function quantile(values, share) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The events of the thread that drew the most frames. */
function mainThread(events) {
  const counts = new Map();
  for (const { name, pid, tid } of events) {
    if (name === "FireAnimationFrame") counts.set(`${pid} ${tid}`, (counts.get(`${pid} ${tid}`) ?? 0) + 1);
  }
  const [thread] = [...counts].sort((one, other) => other[1] - one[1])[0] ?? [];
  return events.filter(({ pid, tid }) => `${pid} ${tid}` === thread);
}
