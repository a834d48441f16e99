import type { Answer } from "../../page/answer.js";

/** What somebody asks of a live page, over whatever server. */
export interface Ask {
  readonly method: string;
  /** From the page's own root: `/`, `/events`. */
  readonly path: string;
  header(name: string): string | undefined;
  /** Who asks; undefined where the server didn't tell. */
  readonly address: string | undefined;
  /** Its body as text; undefined where it is longer than this many bytes. */
  body(bytesMax: number): Promise<string | undefined>;
}

/** An answer of a few words. */
export function tell(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { ...PLAIN, ...headers }, content: `${JSON.stringify(value)}\n` };
}

/** Why not, for people and programs. */
export function refuse(status: number, message: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return tell(status, { error: { message } }, headers);
}

const PLAIN = {
  "content-type": "application/json",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
};
