import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { lineRequests } from "../../../src/cli/batch/requests/requests.js";
import { noPast } from "../../../src/cli/batch/results/past.js";
import { Router } from "../../../src/cli/batch/servers.js";
import { readTasks, survey } from "../../../src/cli/batch/survey.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Bytes that stay while a file of so many lines is looked at and read again. */
async function bytesHeld(lines: number): Promise<number> {
  const router = new Router([{ baseUrl: new URL("http://server.invalid") }]);
  const requests = lineRequests(async function* () {
    for (let first = 0; first < lines; first += 1_000) {
      const ids = Array.from({ length: 1_000 }, (_, index) => `request-number-${first + index}`);
      const line = (id: string) => `{"custom_id":"${id}","url":"/v1/chat","body":{"model":"m","messages":["hello"]}}\n`;
      yield Buffer.from(ids.map(line).join(""));
    }
  }, router);
  const held = (): number => {
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = held();
  const past = noPast();
  const found = await survey(requests, past);
  let tasks = 0;
  let most = 0;
  for await (const task of readTasks(requests, past)) {
    tasks += task.kind === "send" ? 1 : 0;
    if (tasks % 20_000 === 0) most = Math.max(most, held());
  }
  expect([found.models.get("m")?.total, tasks]).toEqual([lines, lines]);
  return most - before;
}

describe("a file of requests", () => {
  it("takes at most 24 bytes of memory a line, whatever else there is", async () => {
    await bytesHeld(1_000);
    // What else lives in this process comes and goes beside it: the least of three looks has the least of that.
    const each: number[] = [];
    for (let look = 0; look < 3; look++) each.push(((await bytesHeld(100_000)) - (await bytesHeld(20_000))) / 80_000);
    expect(Math.min(...each)).toBeGreaterThan(8);
    expect(Math.min(...each)).toBeLessThanOrEqual(24);
  }, 120_000);
});
