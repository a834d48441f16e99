import { parentPort } from "node:worker_threads";
import { runJob } from "./job.js";
import type { Report, Request } from "./message.js";
import { resolveReference } from "./resolve.js";

/** The least that a share must have grown to be worth a message. */
const SHARE_STEP = 0.02;

const port = parentPort;
if (port === null) throw new Error("this file is the inside of a worker thread");
const report = (message: Report): void => port.postMessage(message);

port.on("message", async ({ scenario: reference, seed, contestants }: Request) => {
  const scenario = await resolveReference(reference);
  let told = 0;
  const outcomes = await runJob({ scenario, seed, contestants }, (share) => {
    if (share < told + SHARE_STEP) return;
    told = share;
    report({ type: "share", share });
  });
  report({ type: "done", outcomes });
});
