import { type Clock, systemClock } from "../../clock.js";
import type { Display } from "./display.js";
import type { Progress } from "./progress.js";

/** Shows the progress again and again until the function it returns is called, which shows it a last time. */
export function watch(progress: Progress, display: Display, clock: Clock = systemClock): () => void {
  const startMs = clock.now();
  const show = (): void => {
    const nowMs = clock.now();
    display.show(progress.look(nowMs), nowMs - startMs);
  };
  let cancel: () => void = () => undefined;
  const again = (): void => {
    cancel = clock.after(display.periodMs, () => {
      show();
      again();
    });
  };
  again();
  return () => {
    cancel();
    show();
    display.end();
  };
}
