/** Addresses kept. A program has a handful; a long one is mostly made for one request, and not worth its place. */
const ADDRESSES_MAX = 64;
const LENGTH_MAX = 512;

const known = new Map<string, URL>();
/** The last one that was asked for in two parts, and the parts. */
let lastOrigin = "";
let lastPath = "";
let lastAddress: URL | undefined;

/**
 * The address that a text means, which must not be changed: parsing one costs more than the whole way through the queue,
 * so those in use are kept.
 *
 * @throws TypeError where it is none
 */
export function addressOf(text: string): URL {
  const base = globalThis.location?.href;
  // Where there is a base the same text may mean another address later.
  if (base !== undefined) return new URL(text, base);
  const kept = known.get(text);
  if (kept !== undefined) return kept;
  const address = new URL(text);
  if (text.length > LENGTH_MAX) return address;
  if (known.size >= ADDRESSES_MAX) known.clear();
  known.set(text, address);
  return address;
}

/**
 * The address that an origin and a path make, which must not be changed. A program asks for the same again and again: then
 * not even its text is put together.
 *
 * @throws TypeError where it is none
 */
export function addressAt(origin: string, path: string): URL {
  if (lastAddress === undefined || path !== lastPath || origin !== lastOrigin) {
    lastAddress = addressOf(origin + path);
    lastOrigin = origin;
    lastPath = path;
  }
  return lastAddress;
}
