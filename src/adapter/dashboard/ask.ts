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

/** What is answered. A stream writes as long as somebody reads. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly content: string | ((sink: Sink) => Listener);
}

/** Where a stream goes. */
export interface Sink {
  /** False where no more should come before `onDrain`. */
  write(text: string): boolean;
  /** Ends it after what was written. */
  end(): void;
  /** Cuts it off. */
  destroy(): void;
}

/** Who writes a stream, told of its reader. */
export interface Listener {
  onDrain(): void;
  onClose(): void;
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
