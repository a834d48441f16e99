import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { noPast, readPast } from "../../../src/cli/batch/past.js";
import { answered, type ResultLine, unanswered, unsendable } from "../../../src/cli/batch/result-line.js";
import { openResults } from "../../../src/cli/batch/results.js";
import { UsageError } from "../../../src/cli/command.js";

const OK = answered("a", { status_code: 200, request_id: null, body: { n: 1 } });
const FAILED = answered("b", { status_code: 400, request_id: "r", body: "no" });
const LOST = unanswered("c", { code: "ECONNRESET", message: "reset" });
const BROKEN = unsendable({ line: 4, customId: "a", code: "duplicate_custom_id", message: "line 4: …" });

const textOf = (...results: readonly ResultLine[]) => results.map((result) => `${JSON.stringify(result)}\n`).join("");

let folder = "";
let path = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-results-"));
  path = join(folder, "results.jsonl");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("readPast", () => {
  it("knows nothing of a file that isn't there yet", async () => {
    expect(await readPast(path)).toEqual(noPast(true));
  });

  it("knows what is done, what failed, and which broken lines were told", async () => {
    await writeFile(path, textOf(OK, FAILED, LOST, BROKEN));
    const past = await readPast(path);
    expect(["a", "b", "c", "d"].map((id) => past.done.has(id))).toEqual([true, true, true, false]);
    expect(past.failed).toBe(2);
    expect([...past.reported]).toEqual(["4:duplicate_custom_id"]);
  });

  it("doesn't take the error line of a duplicate for the result of the first", async () => {
    await writeFile(path, textOf(BROKEN));
    expect((await readPast(path)).done.has("a")).toBe(false);
  });

  it.each([1, 20, 60])("counts a last line that lost its last %d bytes as torn", async (bytes) => {
    const whole = textOf(OK);
    const torn = textOf(FAILED).slice(0, -bytes);
    await writeFile(path, whole + torn);
    const past = await readPast(path);
    expect(past).toMatchObject({ keepBytes: whole.length, tornBytes: torn.length });
    expect(past.done.has("b")).toBe(false);
  });

  it("takes a file that holds nothing but a torn line, down to one byte", async () => {
    await writeFile(path, "{");
    expect(await readPast(path)).toMatchObject({ keepBytes: 0, tornBytes: 1 });
  });

  it.each([
    ["a line of something else", `${textOf(OK)}{"custom_id":"b","url":"/v1"}\n`, /line 2 of .* is not a result/],
    ["text", "hello\n", /line 1 of .* is not a result/],
    ["text without a newline", "my notes", /line 1 of .* is not a result/],
    ["an empty line", "\n", /line 1 of/],
  ])("refuses a file with %s", async (_, text, message) => {
    await writeFile(path, text);
    await expect(readPast(path)).rejects.toThrow(message);
    await expect(readPast(path)).rejects.toBeInstanceOf(UsageError);
  });

  it("refuses a folder, and takes a device for a file without a past", async () => {
    await expect(readPast(folder)).rejects.toThrow(/is a folder/);
    expect(await readPast("/dev/null")).toEqual(noPast());
  });
});

describe("openResults", () => {
  it("adds whole lines, in the order of the calls", async () => {
    const results = await openResults(path, await readPast(path));
    await Promise.all([OK, FAILED, LOST].map((result) => results.write(result)));
    await results.close();
    expect(await readFile(path, "utf8")).toBe(textOf(OK, FAILED, LOST));
  });

  it("cuts a torn line off before it goes on", async () => {
    await writeFile(path, textOf(OK) + textOf(FAILED).slice(0, -9));
    const results = await openResults(path, await readPast(path));
    await results.write(LOST);
    await results.close();
    expect(await readFile(path, "utf8")).toBe(textOf(OK, LOST));
  });

  it("says which file it can't write", async () => {
    const missing = join(folder, "no", "such.jsonl");
    await expect(openResults(missing, noPast(true))).rejects.toThrow(`cannot write the results file ${missing}`);
  });

  it.runIf(process.platform === "linux")("rejects on a full disk, and then for all that follow", async () => {
    const results = await openResults("/dev/full", noPast());
    await expect(results.write(OK)).rejects.toThrow(/ENOSPC/);
    await expect(results.write(FAILED)).rejects.toThrow(/ENOSPC/);
    await results.close();
  });
});
