import { writeSync } from "node:fs";
import { open } from "node:fs/promises";

/** Bytes of a body that are written at once. */
const WRITE_BYTES = 256 * 1024;

/** The disk's fault, and not that of the line. */
export class DiskError extends Error {}

/**
 * Writes a body in large pieces, each at once: while a small one waited for its turn, undici would hold what came in meanwhile, and
 * take it out again in time that grows with the square (142 MB in minutes instead of seconds).
 */
export async function writeBody(body: Response["body"], path: string): Promise<void> {
  const handle = await open(path, "w").catch((cause) => {
    throw new DiskError("open", { cause });
  });
  let held: Uint8Array[] = [];
  let size = 0;
  const flush = (): void => {
    const bytes = Buffer.concat(held);
    held = [];
    size = 0;
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(handle.fd, bytes, at);
    } catch (cause) {
      throw new DiskError("write", { cause });
    }
  };
  try {
    for await (const chunk of body ?? []) {
      held.push(chunk);
      size += chunk.length;
      if (size >= WRITE_BYTES) flush();
    }
    flush();
  } finally {
    await handle.close();
  }
}
