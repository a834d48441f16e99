import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { batchFolderOf, Journal, type OrderedPart, readJournal } from "../../../../src/cli/batch/hosted/journal.js";

const PART: OrderedPart = {
  ...{ mark: "00112233aabbccdd", server: "https://a.invalid", endpoint: "/v1/chat/completions", model: "m" },
  ...{ requests: 2, fileId: "file-1" },
};

let root = "";
let folder = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "sluice-journal-"));
  folder = join(root, "out.batches");
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function opened(parts: readonly OrderedPart[] = []): Promise<Journal> {
  const journal = new Journal(folder);
  await journal.open(parts);
  return journal;
}

describe("the journal of batches", () => {
  it("stands beside the results", () => {
    expect(batchFolderOf("../out.jsonl")).toBe("../out.jsonl.batches");
  });

  it("knows what was ordered, with and without its answer, and forgets what is over", async () => {
    expect(await readJournal(folder)).toEqual([]);
    const journal = await opened();
    for (const mark of ["a", "b", "c", "d", "e"]) await journal.note({ step: "order", ...PART, mark });
    for (const mark of ["a", "b", "c"]) await journal.note({ step: "batch", mark, batchId: `batch-${mark}` });
    await journal.note({ step: "cancel", mark: "b" });
    await journal.note({ step: "over", mark: "c" });
    await journal.note({ step: "refused", mark: "d" });
    expect(await readJournal(folder)).toEqual([
      { ...PART, mark: "a", batchId: "batch-a" },
      { ...PART, mark: "b", batchId: "batch-b", isCancelled: true },
      { ...PART, mark: "e" },
    ]);
    await journal.close();
    expect(await readdir(folder)).toEqual(["journal.jsonl"]);
  });

  it("drops a last line that a crash has torn, and files of what was never ordered", async () => {
    const first = await opened();
    await first.note({ step: "order", ...PART });
    await first.close();
    await appendFile(join(folder, "journal.jsonl"), '{"step":"batch","mark":"0011');
    for (const name of [`${PART.mark}.jsonl`, "ffffffffffffffff.jsonl", "ffffffffffffffff.ids.jsonl", "notes.txt"]) {
      await writeFile(join(folder, name), "");
    }
    const parts = await readJournal(folder);
    expect(parts).toEqual([PART]);
    const second = await opened(parts);
    await second.note({ step: "batch", mark: PART.mark, batchId: "batch-1" });
    expect(await readJournal(folder)).toEqual([{ ...PART, batchId: "batch-1" }]);
    expect((await readdir(folder)).sort()).toEqual([`${PART.mark}.jsonl`, "journal.jsonl", "notes.txt"]);
    expect(await readFile(join(folder, "journal.jsonl"), "utf8")).toMatch(/\n$/);
    await second.close();
  });

  it("goes with its folder when nothing is under way", async () => {
    const journal = await opened();
    await journal.note({ step: "order", ...PART });
    await journal.note({ step: "over", mark: PART.mark });
    await journal.close();
    expect(await readdir(root)).toEqual([]);
  });
});
