import { configDefaults, defineConfig } from "vitest/config";

const REALTIME = "test/**/*.realtime.test.ts";
const ELSEWHERE = [...configDefaults.exclude, "test/matrix/**", "dist/**"];

/**
 * Two kinds of tests. Most run side by side, on virtual clocks or none. Those that measure something in real time
 * (servers, processes, the packed package) come afterwards, alone and one by one, so that nothing disturbs their clocks.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "fast",
          include: ["test/**/*.test.ts"],
          exclude: [...ELSEWHERE, REALTIME],
          // vitest would leave a core to itself: of two that is half of the time.
          maxWorkers: "100%",
          testTimeout: 20_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "realtime",
          include: [REALTIME],
          exclude: ELSEWHERE,
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
