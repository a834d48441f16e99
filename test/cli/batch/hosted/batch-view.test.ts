import { describe, expect, it } from "vitest";
import { readBatch, readBatches } from "../../../../src/cli/batch/hosted/batch-view.js";

const OPENAI = {
  ...{ id: "batch_1", object: "batch", endpoint: "/v1/chat/completions", input_file_id: "file-in" },
  ...{ output_file_id: "file-out", error_file_id: null, completion_window: "24h" },
};

describe("readBatch", () => {
  it("reads OpenAI's form", () => {
    const batch = { ...OPENAI, status: "completed", request_counts: { total: 10, completed: 7, failed: 3 } };
    expect(readBatch(batch)).toEqual({
      ...{
        id: "batch_1",
        status: "completed",
        inputFileId: "file-in",
        outputFileId: "file-out",
        errorFileId: undefined,
      },
      ...{ workedShare: 1, faults: [] },
    });
  });

  it("reads Together's form, alone and in the answer to an order", () => {
    const job = { id: "b", status: "IN_PROGRESS", input_file_id: "f", progress: 25 };
    const read = { id: "b", status: "running", inputFileId: "f", workedShare: 0.25, faults: [] };
    expect(readBatch(job)).toMatchObject(read);
    expect(readBatch({ job, warning: "w" })).toMatchObject(read);
  });

  it.each([
    ["validating", "running"],
    ["finalizing", "running"],
    ["cancelling", "running"],
    ["CANCELLED", "cancelled"],
    ["EXPIRED", "expired"],
    ["failed", "failed"],
    ["something new", "running"],
  ])("takes %s for %s", (status, read) => {
    expect(readBatch({ ...OPENAI, status })?.status).toBe(read);
  });

  it("reads what was wrong, by line where it is told", () => {
    const data = [
      { code: "duplicate_custom_id", line: 3, message: "twice", param: null },
      { message: "more", line: null },
    ];
    expect(readBatch({ ...OPENAI, status: "failed", errors: { object: "list", data } })?.faults).toEqual([
      { code: "duplicate_custom_id", line: 3, message: "twice" },
      { code: "batch_failed", message: "more" },
    ]);
    expect(readBatch({ id: "b", status: "FAILED", error: "line 12: no model" })?.faults).toEqual([
      { code: "batch_failed", line: 12, message: "line 12: no model" },
    ]);
  });

  it.each([null, [], "batch", {}, { id: 1, status: "completed" }])("takes %j for none", (value) => {
    expect(readBatch(value)).toBeUndefined();
  });
});

describe("readBatches", () => {
  it("reads a page, and where the next one begins", () => {
    const data = [{ ...OPENAI, status: "completed" }, {}];
    expect(readBatches({ data, has_more: true, last_id: "x" })).toMatchObject({
      batches: [{ id: "batch_1" }],
      nextAfter: "x",
    });
    expect(readBatches({ data, has_more: true })).toMatchObject({ nextAfter: "batch_1" });
    expect(readBatches({ data, has_more: false, last_id: "x" })?.nextAfter).toBeUndefined();
    expect(readBatches(data)).toMatchObject({ batches: [{ id: "batch_1" }], nextAfter: undefined });
    expect(readBatches({ error: "no" })).toBeUndefined();
  });
});
