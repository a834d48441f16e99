// Stands in for the worker's file: what it does with a job depends on the seed.
import { parentPort } from "node:worker_threads";

parentPort.on("message", ({ seed, scenario }) => {
  if (seed === 13) process.exit(7);
  if (seed === 14) throw new Error("out of luck");
  parentPort.postMessage({ type: "share", share: 0.5 });
  if (seed === 15) for (;;);
  const metrics = { seed };
  parentPort.postMessage({
    type: "done",
    outcomes: [{ contestant: scenario.kind, metrics, bounded: [] }],
  });
});
