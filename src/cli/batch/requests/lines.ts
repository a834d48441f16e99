const NEWLINE = 0x0a;
const BYTE_ORDER_MARK = "\uFEFF";

/** Longer lines are refused: they are another kind of file, and would fill the memory. The hosted batch takes 200 MB in all. */
export const LINE_BYTES_MAX = 64 * 1024 * 1024;

/** One line of a file. */
export interface Line {
  /** 1 for the first, as editors count. */
  readonly number: number;
  /** Without its newline; absent where it can't be read, for the reason in `problem`. */
  readonly text?: string;
  readonly problem?: "not-utf8" | "too-long";
  /** Length in bytes, newline included. */
  readonly bytes: number;
  /** Whether a newline ended it: only the last line of a file may lack it. */
  readonly isWhole: boolean;
}

/**
 * Splits bytes into lines at newlines alone, in constant memory. `node:readline` also splits at U+2028 and U+2029, which
 * JSON allows inside a text: it tears such requests in two.
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  { lineBytesMax = LINE_BYTES_MAX }: { readonly lineBytesMax?: number } = {},
): AsyncGenerator<Line> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let parts: Uint8Array[] = [];
  let bytes = 0;
  let number = 0;

  const take = (isWhole: boolean): Line => {
    number += 1;
    const size = bytes + (isWhole ? 1 : 0);
    const line = { number, bytes: size, isWhole };
    const isTooLong = bytes > lineBytesMax;
    const [first] = parts;
    const data = parts.length === 1 && first !== undefined ? first : Buffer.concat(parts);
    parts = [];
    bytes = 0;
    if (isTooLong) return { ...line, problem: "too-long" };
    try {
      const text = decoder.decode(data);
      return { ...line, text: number === 1 && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text };
    } catch {
      return { ...line, problem: "not-utf8" };
    }
  };
  const keep = (part: Uint8Array): void => {
    bytes += part.length;
    if (bytes > lineBytesMax) parts = [];
    else if (part.length > 0) parts.push(part);
  };

  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      keep(chunk.subarray(start, end));
      yield take(true);
      start = end + 1;
    }
    keep(chunk.subarray(start));
  }
  if (bytes > 0) yield take(false);
}
