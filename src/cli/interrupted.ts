import type { Io } from "./command.js";

/** Resolves at Ctrl-C. */
export function interrupted({ interrupt }: Pick<Io, "interrupt">): Promise<void> {
  return new Promise((resolve) => {
    if (interrupt.aborted) resolve();
    else interrupt.addEventListener("abort", () => resolve(), { once: true });
  });
}
