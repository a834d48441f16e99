import { hostName, isLoopback } from "../../../src/adapter/dashboard/loopback.js";

type HeaderOf = (name: string) => string | undefined;

/** Whether a `Host` header calls this machine by a name that nobody else can have. */
export function isLocalName(host: string | undefined): boolean {
  const name = hostName(host);
  return name !== undefined && isLoopback(name);
}

/** Whether a browser sends it for a page of another origin. Programs send no such headers. */
export function isForeign(header: HeaderOf): boolean {
  const site = header("sec-fetch-site");
  if (site !== undefined && site !== "same-origin" && site !== "none") return true;
  const origin = header("origin");
  return origin !== undefined && origin !== `http://${header("host")}`;
}
