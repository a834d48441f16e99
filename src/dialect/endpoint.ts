import type { Dialect, EndpointRow } from "./dialect.js";

/** What a dialect documents of requests to a path; undefined where it says nothing of them. */
export function endpointOf(dialect: Dialect | undefined, method: string, path: string): EndpointRow | undefined {
  if (dialect?.endpoints === undefined || method !== "POST") return undefined;
  return dialect.endpoints.find((row) => path.endsWith(row.path));
}
