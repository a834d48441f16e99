import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Subject } from "rxjs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readLog } from "../../../../simulations/replay/read-log.js";
import { openRecorder } from "../../../../src/cli/batch/live/record.js";
import { UsageError } from "../../../../src/cli/command.js";
import type { SluiceEvent } from "../../../../src/index.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-record-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function record(path: string, count: number): Promise<readonly string[]> {
  const troubles: string[] = [];
  const recorder = await openRecorder(path, (message) => troubles.push(message));
  const event$ = new Subject<SluiceEvent>();
  recorder.record({ event$ }, { control: { rateMax: 3 } });
  for (let request = 1; request <= count; request++) {
    event$.next({
      type: "dropped",
      atMs: performance.now(),
      key: "k",
      request,
      code: "aborted",
      attempts: 0,
      durationMs: 0,
    });
  }
  await recorder.close();
  return troubles;
}

describe("a recorder", () => {
  it("writes a log that can be read", async () => {
    const path = join(folder, "log.jsonl");
    expect(await record(path, 1_000)).toEqual([]);
    const log = await readLog((await readFile(path, "utf8")).split("\n"));
    expect(log.events).toHaveLength(1_000);
    expect(log.control).toEqual({ rateMax: 3 });
  });

  it("adds to a log whose last line was torn", async () => {
    const path = join(folder, "log.jsonl");
    await record(path, 2);
    await writeFile(path, `${await readFile(path, "utf8")}{"type":"sen`);
    await record(path, 3);
    const { events, notes, restarts } = await readLog((await readFile(path, "utf8")).split("\n"), "log");
    expect(events).toHaveLength(5);
    expect(restarts).toEqual([2]);
    expect(notes).toEqual(["log:4: is torn, and left out"]);
  });

  it("says before anything is sent that it can't write", async () => {
    await expect(openRecorder(join(folder, "no", "log"), () => undefined)).rejects.toThrow(UsageError);
    await expect(openRecorder(folder, () => undefined)).rejects.toThrow(/cannot write the log .*EISDIR/);
  });

  it.skipIf(process.platform !== "linux")("tells trouble once, and goes on without the log", async () => {
    const troubles = await record("/dev/full", 10_000);
    expect(troubles).toHaveLength(1);
    expect(troubles[0]).toMatch(/cannot write the log \/dev\/full: .*ENOSPC.*; the run goes on without it/);
  });
});
