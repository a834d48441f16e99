import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../../../simulations/clock.js";
import type { Display } from "../../../src/cli/batch/display.js";
import { Progress } from "../../../src/cli/batch/progress.js";
import { watch } from "../../../src/cli/batch/watch.js";

describe("watch", () => {
  it("shows the progress at the display's own pace, and a last time when it ends", () => {
    const clock = createVirtualClock();
    const shown: (number | string)[] = [];
    const display: Display = {
      periodMs: 200,
      show: (_, elapsedMs) => shown.push(elapsedMs),
      note: () => undefined,
      end: () => shown.push("end"),
    };
    const stop = watch(new Progress(new Map(), () => []), display, clock);
    clock.run(clock.now() + 500);
    stop();
    clock.run(clock.now() + 500);
    expect(shown).toEqual([200, 400, 500, "end"]);
  });
});
