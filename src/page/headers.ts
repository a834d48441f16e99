import { createHash } from "node:crypto";

/**
 * The headers that a page goes with: it may run and wear what stands in it, to the byte, and ask its own server;
 * nothing else.
 */
export function pageHeaders(scripts: readonly string[], styles: readonly string[]): Readonly<Record<string, string>> {
  const hashes = (texts: readonly string[]): string =>
    texts.map((text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`).join(" ");
  return {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": `default-src 'none'; script-src ${hashes(scripts)}; style-src ${hashes(styles)}; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
  };
}

/** The headers of a stream that a page follows. */
export const STREAM_HEADERS: Readonly<Record<string, string>> = {
  "content-type": "text/event-stream",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  // nginx would hold it back.
  "x-accel-buffering": "no",
};
