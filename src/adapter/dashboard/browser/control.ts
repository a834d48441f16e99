import { reasonOf, TOKEN } from "./token.js";

/** What can be done by hand. */
export type Command =
  | { readonly do: "pause" | "resume"; readonly key?: string }
  | { readonly do: "cap"; readonly key: string; readonly ratePerSecond: number | null };

/** Says a command to the server. Resolves with why not, where it isn't carried out. */
export async function command(base: string, body: Command): Promise<string | undefined> {
  try {
    const response = await fetch(`${base}control`, {
      method: "POST",
      headers: { [TOKEN.header]: TOKEN.text, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return response.ok ? undefined : await reasonOf(response);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
