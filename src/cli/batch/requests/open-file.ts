import { createReadStream } from "node:fs";
import { type FileHandle, mkdtemp, open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";

/** Bytes to parse, as often as they are asked for. */
export type Open = () => AsyncIterable<Uint8Array>;

/** What every gzip file begins with (RFC 1952). */
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
const CHUNK_BYTES = 256 * 1024;

/**
 * Opens a file again and again, unpacked where it is gzipped, whatever its name. Fails where it has changed meanwhile: its
 * lines would be taken for others.
 */
export function openFile(path: string): Open {
  let first: string | undefined;
  return async function* () {
    const { size, mtimeMs } = await stat(path);
    first ??= `${size} ${mtimeMs}`;
    if (first !== `${size} ${mtimeMs}`)
      throw new Error(`${path} was changed while it was read; the same command goes on`);
    const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
    yield* (await isGzip(path)) ? pipeline(file, createGunzip({ chunkSize: CHUNK_BYTES }), () => undefined) : file;
  };
}

async function isGzip(path: string): Promise<boolean> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(GZIP_MAGIC.length), 0, GZIP_MAGIC.length, 0);
    return bytesRead === GZIP_MAGIC.length && buffer.equals(GZIP_MAGIC);
  } finally {
    await handle.close();
  }
}

/** A copy on disk of what can be read but once. */
export interface Spool {
  readonly path: string;
  remove(): Promise<void>;
}

/** Reads a stream to its end into a temporary file: it is read twice, once to check it and once to send it. */
export async function spool(input: AsyncIterable<Uint8Array>): Promise<Spool> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-stdin-"));
  const path = join(folder, "requests");
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, "wx", 0o600);
    for await (const chunk of input) await handle.writeFile(chunk);
  } catch (error) {
    await handle?.close();
    await remove();
    throw error;
  }
  await handle.close();
  return { path, remove };
}
