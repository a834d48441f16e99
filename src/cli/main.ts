#!/usr/bin/env node
import { sluice } from "./dispatch.js";

/** 128 + SIGINT, as shells have it. */
const EXIT_INTERRUPTED = 130;

const interrupt = new AbortController();
const onSignal = (): void => {
  // Whoever presses Ctrl-C again doesn't want to wait for the good order.
  if (interrupt.signal.aborted) process.exit(EXIT_INTERRUPTED);
  interrupt.abort();
};
process.on("SIGINT", onSignal).on("SIGTERM", onSignal);

// `sluice … | head` closes our output early, which is no error of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

process.exitCode = await sluice(process.argv.slice(2), {
  // Asked for by one command alone, which may wait for it.
  get stdin() {
    return process.stdin;
  },
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  interrupt: interrupt.signal,
});
process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
