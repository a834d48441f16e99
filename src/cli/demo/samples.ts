import type { Display } from "../batch/display.js";
import type { ModelProgress } from "../batch/progress.js";

/** The rate that sluice allowed itself, over time, for each model: seconds after the start, from 0. */
export type Rates = ReadonlyMap<string, readonly number[]>;

/** A display that also remembers: each model's mean rate in each second, and when its last request was done. */
export function sampling(
  display: Display,
  nameOf: (model: string) => string,
  more: () => readonly ModelProgress[],
): { readonly display: Display; rates(): Rates; readonly endsMs: ReadonlyMap<string, number> } {
  const sums = new Map<string, { total: number; count: number }[]>();
  const endsMs = new Map<string, number>();
  let shownMs = 0;
  const sample = (rows: readonly ModelProgress[], elapsedMs: number): void => {
    for (const { model, done, total, ratePerSecond, phase } of rows) {
      if (done === total) {
        if (!endsMs.has(model)) endsMs.set(model, elapsedMs);
        continue;
      }
      const seconds = sums.get(model) ?? [];
      sums.set(model, seconds);
      const second = Math.floor(elapsedMs / 1_000);
      while (seconds.length <= second) seconds.push({ total: 0, count: 0 });
      const at = seconds[second];
      if (at === undefined) continue;
      at.total += phase === "pause" ? 0 : (ratePerSecond ?? 0);
      at.count += 1;
    }
  };
  return {
    display: {
      ...display,
      periodMs: Math.min(100, display.periodMs),
      show(rows, elapsedMs) {
        sample(rows, elapsedMs);
        const isLast = rows.every(({ done, total }) => done === total);
        // Sampled more often than shown: the display keeps its own pace.
        if (elapsedMs - shownMs < display.periodMs - 20 && !isLast) return;
        shownMs = elapsedMs;
        display.show([...rows.map((row) => ({ ...row, model: `sluice: ${nameOf(row.model)}` })), ...more()], elapsedMs);
      },
    },
    rates: () =>
      new Map(
        [...sums].map(([model, seconds]) => [
          model,
          seconds.map(({ total, count }, index) => (count > 0 ? total / count : (seconds[index - 1]?.total ?? 0))),
        ]),
      ),
    endsMs,
  };
}
