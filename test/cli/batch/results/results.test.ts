import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openLines } from "../../../../src/cli/batch/results/line-file.js";
import { newFile, type PastFile, problemId, readPast } from "../../../../src/cli/batch/results/past.js";
import { format, type Result, unsendable } from "../../../../src/cli/batch/results/result-line.js";
import { splitResults } from "../../../../src/cli/batch/results/results.js";
import { dropFailures, firstStranger } from "../../../../src/cli/batch/results/revise.js";
import { UsageError } from "../../../../src/cli/command.js";

const answered = (customId: string, status = 200): Result => ({
  ...{ customId, form: "openai", error: null },
  answer: { status, requestId: "r", text: '{"n":1}', isJson: true },
});
const OK = answered("a");
const FAILED = answered("b", 400);
const LOST: Result = { ...answered("c"), answer: null, error: { code: "ECONNRESET", message: "reset" } };
const BROKEN = unsendable({ line: 4, customId: "a", code: "duplicate_custom_id", message: "line 4: …" });

const textOf = (...results: readonly Result[]) => results.map(format).join("");
const idsOf = (text: string) => text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line).custom_id]));

let folder = "";
let path = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-results-"));
  path = join(folder, "results.jsonl");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function fileOf(name = path): Promise<PastFile> {
  const { files } = await readPast([name]);
  return files[0] ?? newFile(name);
}

describe("readPast", () => {
  it("knows nothing of a file that isn't there yet", async () => {
    expect(await readPast([path])).toMatchObject({ done: 0, failed: 0, files: [newFile(path)] });
  });

  it("knows what is done, what failed, and which broken lines were told", async () => {
    await writeFile(path, textOf(OK, FAILED, LOST, BROKEN));
    const past = await readPast([path]);
    expect(["a", "b", "c", "d"].map((id) => past.ids.markOf(id))).toEqual(["answered", "failed", "failed", "none"]);
    expect(past).toMatchObject({ done: 3, failed: 2, files: [{ failures: 3 }] });
    expect(past.ids.markOf(problemId({ line: 4, code: "duplicate_custom_id", customId: "a" }))).toBe("failed");
  });

  it("reads two files as one, in which an answer outweighs a failure", async () => {
    const errors = join(folder, "errors.jsonl");
    await writeFile(path, textOf(OK));
    await writeFile(errors, textOf(FAILED, answered("a", 500)));
    expect(await readPast([path, errors])).toMatchObject({ done: 2, failed: 1 });
    expect((await readPast([errors, path])).ids.markOf("a")).toBe("answered");
  });

  it("reads what hosted batches write", async () => {
    const lines = [
      { id: "batch_req_1", custom_id: "a", response: { status_code: 200, request_id: "q", body: {} }, error: null },
      { id: "batch_req_2", custom_id: "b", response: null, error: { code: "batch_expired", message: "too late" } },
      { custom_id: "c", result: { type: "succeeded", message: { role: "assistant" } } },
      { custom_id: "d", result: { type: "errored", error: { type: "error", error: { type: "api_error" } } } },
      { custom_id: "e", result: { type: "expired" } },
    ];
    await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    const { ids } = await readPast([path]);
    expect(["a", "b", "c", "d", "e"].map((id) => ids.markOf(id))).toEqual([
      "answered",
      "failed",
      "answered",
      "failed",
      "failed",
    ]);
  });

  it("doesn't take the error line of a duplicate for the result of the first", async () => {
    await writeFile(path, textOf(BROKEN));
    expect((await readPast([path])).ids.markOf("a")).toBe("none");
  });

  it.each([1, 20, 60])("counts a last line that lost its last %d bytes as torn", async (bytes) => {
    const whole = textOf(OK);
    const torn = textOf(FAILED).slice(0, -bytes);
    await writeFile(path, whole + torn);
    const past = await readPast([path]);
    expect(past.files).toMatchObject([{ keepBytes: whole.length, tornBytes: torn.length }]);
    expect(past.ids.markOf("b")).toBe("none");
  });

  it.each(["{", '{"custom_id":"x","result":{"ty'])(
    "takes a file that holds nothing but a torn line: %s",
    async (text) => {
      await writeFile(path, text);
      expect(await fileOf()).toMatchObject({ keepBytes: 0, tornBytes: text.length });
    },
  );

  it.each([
    ["a line of something else", `${textOf(OK)}{"custom_id":"b","url":"/v1"}\n`, /line 2 of .* is not a result/],
    ["text", "hello\n", /line 1 of .* is not a result/],
    ["text without a newline", "my notes", /line 1 of .* is not a result/],
    ["an empty line", "\n", /line 1 of/],
  ])("refuses a file with %s", async (_, text, message) => {
    await writeFile(path, text);
    await expect(readPast([path])).rejects.toThrow(message);
    await expect(readPast([path])).rejects.toBeInstanceOf(UsageError);
  });

  it("refuses a folder, and takes a device for a file without a past", async () => {
    await expect(readPast([folder])).rejects.toThrow(/is a folder/);
    expect(await fileOf("/dev/null")).toEqual({ ...newFile("/dev/null"), isFile: false });
  });
});

describe("firstStranger and dropFailures", () => {
  it("names the first result whose request isn't in the file", async () => {
    await writeFile(path, textOf(OK, FAILED, BROKEN, LOST));
    const past = await readPast([path]);
    past.ids.claim("a", 1);
    past.ids.claim("b", 2);
    expect(await firstStranger(past)).toBe(`line 4 of ${path}, custom_id "c"`);
    past.ids.claim("c", 3);
    expect(await firstStranger(past)).toBeUndefined();
  });

  it("takes this job's failures out, and leaves answers and other jobs' failures as they were", async () => {
    await writeFile(path, textOf(OK, FAILED, BROKEN, LOST));
    const past = await readPast([path]);
    past.ids.claim("b", 2);
    const { files } = await dropFailures(past);
    const text = await readFile(path, "utf8");
    expect(idsOf(text)).toEqual(["a", "c"]);
    expect(files).toEqual([{ path, keepBytes: text.length, tornBytes: 0, failures: 1, isFile: true }]);
    await expect(stat(`${path}.part`)).rejects.toThrow(/ENOENT/);
  });
});

describe("openLines", () => {
  it("adds whole lines, in the order of the calls", async () => {
    const lines = await openLines(await fileOf());
    await Promise.all([OK, FAILED, LOST].map((result) => lines.write(`${result.customId}\n`)));
    await lines.close();
    expect(await readFile(path, "utf8")).toBe("a\nb\nc\n");
  });

  it("cuts a torn line off before it goes on", async () => {
    await writeFile(path, textOf(OK) + textOf(FAILED).slice(0, -9));
    const lines = await openLines(await fileOf());
    await lines.write(textOf(LOST));
    await lines.close();
    expect(idsOf(await readFile(path, "utf8"))).toEqual(["a", "c"]);
  });

  it("says which file it can't write", async () => {
    const missing = join(folder, "no", "such.jsonl");
    await expect(openLines(newFile(missing))).rejects.toThrow(`cannot write the results file ${missing}`);
  });

  it.runIf(process.platform === "linux")("rejects on a full disk, and then for all that follow", async () => {
    const lines = await openLines(await fileOf("/dev/full"));
    await expect(lines.write("a\n")).rejects.toThrow(/ENOSPC/);
    await expect(lines.write("b\n")).rejects.toThrow(/ENOSPC/);
    await lines.close();
  });
});

describe("splitResults", () => {
  it("writes answers into one file and failures into another, each whole", async () => {
    const errors = join(folder, "errors.jsonl");
    const results = splitResults(await openLines(newFile(path)), await openLines(newFile(errors)));
    for (const result of [OK, FAILED, LOST, BROKEN]) await results.write(result);
    await results.close();
    expect(idsOf(await readFile(path, "utf8"))).toEqual(["a"]);
    expect(idsOf(await readFile(errors, "utf8"))).toEqual(["b", "c", "a"]);
  });
});
