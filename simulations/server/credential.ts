/** Where a request's key may stand, in the words of OpenAI, Anthropic, Azure and Google. */
const HEADERS = ["authorization", "x-api-key", "api-key", "x-goog-api-key"] as const;

/** What a request is signed with; undefined where it isn't. Google's key may stand in the query too. */
export function credentialOf(
  header: (name: string) => string | null | undefined,
  query: URLSearchParams,
): string | undefined {
  for (const name of HEADERS) {
    const value = header(name);
    if (typeof value === "string") return value;
  }
  return query.get("key") ?? undefined;
}
