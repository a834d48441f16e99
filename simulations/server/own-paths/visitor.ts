type HeaderOf = (name: string) => string | undefined;

const LOCAL = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Whether a `Host` header calls this machine by a name that nobody else can have. */
export function isLocalName(host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(`http://${host}`)) return false;
  return LOCAL.has(new URL(`http://${host}`).hostname);
}

/** Whether a browser sends it for a page of another origin. Programs send no such headers. */
export function isForeign(header: HeaderOf): boolean {
  const site = header("sec-fetch-site");
  if (site !== undefined && site !== "same-origin" && site !== "none") return true;
  const origin = header("origin");
  return origin !== undefined && origin !== `http://${header("host")}`;
}
