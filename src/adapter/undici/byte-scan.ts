import { builtinModule } from "../../builtin.js";
import type { Cost } from "../../cost.js";
import { joined } from "../peek.js";
import { type BodyScan, type ScanHolder, scanOf } from "../scan.js";
import type { HeadersIn } from "./asker.js";

/** What is read of a body's bytes as they pass. */
export interface ByteScan {
  feed(chunk: Uint8Array): void;
  /** Whether an error event has come: nothing that counts stands behind it. */
  readonly hasFailed: boolean;
  /** What was spent, as far as the body has said so. */
  spent(): Cost | undefined;
}

/** Of a packed body no more than this is kept, in bytes, and unpacked: a larger one says nothing. */
const PACKED_BYTES_MAX = 1024 * 1024;
const UNPACKED_BYTES_MAX = 16 * 1024 * 1024;

/** One for all: to make one for each body costs more than all else that is done with it. */
const decoder = new TextDecoder();

/** The scan for a body with these headers; undefined where nothing could be found in it. */
export function byteScanOf(headers: HeadersIn, holder: ScanHolder): ByteScan | undefined {
  const scan = scanOf(first(headers["content-type"]) ?? null, holder);
  if (scan === undefined) return undefined;
  const encoding = encodingIn(headers);
  return encoding === undefined ? new PlainScan(scan) : new PackedScan(scan, encoding);
}

/** Bytes of a body with these headers as text, unpacked; what can't be unpacked is no text. */
export function textOf(bytes: Uint8Array, headers: HeadersIn): string {
  const encoding = encodingIn(headers);
  return decoder.decode(encoding === undefined ? bytes : unpacked(bytes, encoding));
}

/** A letter that two chunks share is read as none: what is looked for is in letters of one byte. */
class PlainScan implements ByteScan {
  readonly #scan: BodyScan;

  constructor(scan: BodyScan) {
    this.#scan = scan;
  }

  feed(chunk: Uint8Array): void {
    this.#scan.feed(decoder.decode(chunk));
  }

  get hasFailed(): boolean {
    return this.#scan.hasFailed;
  }

  spent(): Cost | undefined {
    return this.#scan.spent();
  }
}

/** A body that `fetch` or an interceptor outside will unpack, for itself: here it is read at its end. */
class PackedScan implements ByteScan {
  readonly #scan: BodyScan;
  readonly #encoding: string;
  readonly hasFailed = false;
  #chunks: Uint8Array[] = [];
  #bytes = 0;

  constructor(scan: BodyScan, encoding: string) {
    this.#scan = scan;
    this.#encoding = encoding;
  }

  feed(chunk: Uint8Array): void {
    this.#bytes += chunk.byteLength;
    if (this.#bytes <= PACKED_BYTES_MAX) this.#chunks.push(chunk);
    else this.#chunks = [];
  }

  spent(): Cost | undefined {
    if (this.#chunks.length === 0) return undefined;
    this.#scan.feed(decoder.decode(unpacked(joined(this.#chunks), this.#encoding)));
    this.#chunks = [];
    return this.#scan.spent();
  }
}

/** What is used of `node:zlib`. */
type Unpack = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array;

const UNPACKERS: Readonly<Record<string, string>> = {
  gzip: "gunzipSync",
  "x-gzip": "gunzipSync",
  deflate: "inflateSync",
  br: "brotliDecompressSync",
  zstd: "zstdDecompressSync",
};

/** What is there, unpacked; nothing where it is cut, or in an encoding that the platform doesn't know. Never throws. */
function unpacked(bytes: Uint8Array, encoding: string): Uint8Array {
  const zlib = builtinModule<Record<string, Unpack | undefined>>("node:zlib");
  try {
    const unpack = zlib?.[UNPACKERS[encoding] ?? ""];
    return unpack?.(bytes, { maxOutputLength: UNPACKED_BYTES_MAX }) ?? NO_BYTES;
  } catch {
    return NO_BYTES;
  }
}

const NO_BYTES = new Uint8Array(0);

function encodingIn(headers: HeadersIn): string | undefined {
  const encoding = first(headers["content-encoding"])?.trim().toLowerCase();
  return encoding === undefined || encoding === "" || encoding === "identity" ? undefined : encoding;
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
