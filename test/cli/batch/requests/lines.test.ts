import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Line, readLines } from "../../../../src/cli/batch/requests/lines.js";

async function* chunked(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let start = 0, turn = 0; start < bytes.length; turn += 1) {
    const end = start + (sizes[turn % sizes.length] ?? 1);
    yield bytes.subarray(start, end);
    start = end;
  }
}

async function read(text: string | Uint8Array, sizes: readonly number[] = [7], lineBytesMax?: number): Promise<Line[]> {
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  const lines: Line[] = [];
  for await (const line of readLines(chunked(bytes, sizes), lineBytesMax === undefined ? {} : { lineBytesMax }))
    lines.push(line);
  return lines;
}

describe("readLines", () => {
  it("splits at newlines and nowhere else, wherever the chunks end", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: fc.constantFrom("a", "é", "😀", "\u2028", "\r", '"', " ") }), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
        async (texts, sizes) => {
          const whole = texts.map((text) => `${text}\n`).join("");
          const lines = await read(whole, sizes);
          expect(lines.map(({ text }) => text)).toEqual(texts);
          expect(lines.map(({ number }) => number)).toEqual(texts.map((_, index) => index + 1));
          expect(lines.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(Buffer.byteLength(whole));
        },
      ),
    ));

  it("says of the last line whether a newline ended it", async () => {
    expect(await read("a\nb")).toMatchObject([
      { text: "a", isWhole: true, bytes: 2 },
      { text: "b", isWhole: false, bytes: 1 },
    ]);
    expect(await read("")).toEqual([]);
  });

  it("drops the mark that some editors put first", async () => {
    expect(await read("\uFEFF{}\n")).toMatchObject([{ text: "{}" }]);
  });

  it("goes on after a line that isn't UTF-8, and says so of that line alone", async () => {
    const bytes = Buffer.concat([Buffer.from("a\n"), Buffer.from([0xff, 0xfe, 0x0a]), Buffer.from("c\n")]);
    expect(await read(bytes, [2])).toMatchObject([{ text: "a" }, { problem: "not-utf8", number: 2 }, { text: "c" }]);
  });

  it("goes on after a line that would fill the memory", async () => {
    const lines = await read(`a\n${"x".repeat(100)}\nb\n`, [9], 50);
    expect(lines).toMatchObject([{ text: "a" }, { problem: "too-long", bytes: 101 }, { text: "b", number: 3 }]);
  });
});
