import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { problemsOf } from "../../../simulations/load/check.js";
import { contrast } from "../../../simulations/replay/contrast.js";
import { estimateServer } from "../../../simulations/replay/estimate.js";
import { LogError } from "../../../simulations/replay/log.js";
import { playOpenLoop } from "../../../simulations/replay/open-loop.js";
import { readLog } from "../../../simulations/replay/read-log.js";
import { allowedIn, recordingOf } from "../../../simulations/replay/recording.js";
import { linesOf } from "./recorded.js";

const lines = linesOf({
  name: "known",
  story: "A server that is known.",
  durationMs: 20_000,
  server: {
    limit: { kind: "policer", requestsPerSecond: 8 },
    faults: [
      { kind: "status-503", share: 0.05 },
      { kind: "close-early", share: 0.02 },
    ],
  },
  clients: [{ workload: { kind: "saturated", waiting: 20 } }],
  bounds: [],
});

/** Lines lost, doubled, torn or put elsewhere. */
const breaks = fc.array(
  fc.record({
    what: fc.constantFrom("lose", "double", "tear", "swap"),
    at: fc.nat(lines.length - 1),
    many: fc.integer({ min: 1, max: 40 }),
  }),
  { maxLength: 6 },
);

describe("a broken log", () => {
  it("is replayed as far as it goes, or refused with its line", async () => {
    await fc.assert(
      fc.asyncProperty(breaks, async (all) => {
        const broken = [...lines];
        for (const { what, at: wished, many } of all) {
          const at = wished % (broken.length - 1);
          if (what === "lose") broken.splice(at, many);
          else if (what === "double") broken.splice(at, 0, broken[at] ?? "");
          else if (what === "tear") broken[at] = (broken[at] ?? "").slice(0, many);
          else [broken[at], broken[at + 1]] = [broken[at + 1] ?? "", broken[at] ?? ""];
        }
        try {
          const log = await readLog(broken, "log");
          const replayed = playOpenLoop(log, { control: { preset: "agile" } });
          contrast(log, allowedIn(log), replayed);
          const estimate = estimateServer(log);
          expect(problemsOf(estimate.scenario)).toEqual([]);
          recordingOf(log, estimate, replayed);
        } catch (error) {
          if (!(error instanceof LogError)) throw error;
          expect(error.message).toMatch(/^log:\d+: |^log is empty|^the log has/);
        }
      }),
      { numRuns: 150 },
    );
  });
});
