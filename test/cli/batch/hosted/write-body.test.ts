import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DiskError, writeBody } from "../../../../src/cli/batch/hosted/write-body.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-body-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function bodyOf(chunks: Iterable<Uint8Array>): Response["body"] {
  const iterator = chunks[Symbol.iterator]();
  const stream = new ReadableStream({
    pull(controller) {
      const next = iterator.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
  });
  return new Response(stream).body;
}

describe("writeBody", () => {
  it.each([0, 1, 3_000, 200_000])("writes the whole of a body whose pieces have %d bytes", async (bytes) => {
    const chunks = Array.from({ length: 7 }, (_, index) => new Uint8Array(bytes).fill(index + 1));
    await writeBody(bodyOf(chunks), join(folder, "body"));
    expect(Buffer.compare(await readFile(join(folder, "body")), Buffer.concat(chunks))).toBe(0);
  });

  it("writes an empty file where there is no body", async () => {
    await writeBody(null, join(folder, "body"));
    expect(await readFile(join(folder, "body"), "utf8")).toBe("");
  });

  it("tells a disk that doesn't take it from a line that breaks off", async () => {
    await expect(writeBody(bodyOf([]), folder)).rejects.toBeInstanceOf(DiskError);
    const broken = bodyOf(
      (function* () {
        yield Buffer.from("half");
        throw new Error("broken off");
      })(),
    );
    await expect(writeBody(broken, join(folder, "body"))).rejects.not.toBeInstanceOf(DiskError);
  });
});
