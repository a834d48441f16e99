/** A segment that names a version of an API: `v1`, `v1beta`, `v2.1`. */
const VERSION = /^v\d[\w.]*$/;

/**
 * Where a request's path lies on a server: `https://host/v1` and `/v1/models` make `https://host/v1/models`. A version
 * segment that ends the base and begins the path isn't doubled; the base's own query is kept.
 */
export function joinUrl(base: URL, path: string): string {
  const relative = new URL(path, "http://server.invalid");
  const head = base.pathname.split("/").filter((segment) => segment !== "");
  const tail = relative.pathname.split("/").filter((segment) => segment !== "");
  if (isVersionTwice(head, tail[0])) head.pop();
  const joined = new URL(base);
  joined.pathname = [...head, ...tail].join("/");
  for (const [name, value] of relative.searchParams) joined.searchParams.append(name, value);
  return joined.href;
}

/** Whether a path begins with the version that its base ends with. */
export function isVersionTwice(base: readonly string[], first: string | undefined): boolean {
  return first !== undefined && VERSION.test(first) && base.at(-1) === first;
}

/** The base URL that a user typed, or undefined where it isn't one of HTTP. */
export function parseBaseUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  url.hash = "";
  return url.protocol === "http:" || url.protocol === "https:" ? url : undefined;
}
