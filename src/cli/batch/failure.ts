/** What to tell a person of an error: its message, and that of what caused it where `fetch` hides it there. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause : undefined;
  // undici says no more than "fetch failed"; an AggregateError of several addresses has no message at all.
  const detail = cause === undefined ? "" : cause.message || codeOf(cause) || cause.name;
  return detail === "" || error.message.includes(detail) ? error.message : `${error.message}: ${detail}`;
}

/** The code of an error, or of what caused it. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("code" in error && typeof error.code === "string") return error.code;
  return codeOf(error.cause);
}
