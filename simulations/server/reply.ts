import type { FaultKind } from "./fault.js";

/** A request, parsed as far as HTTP goes. */
export interface Call {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  /** Whose budget it draws on: a name or a fingerprint, never the key itself. */
  readonly organisation: string;
  /** The body: parsed JSON, or the fields of a form, with files in it as `{ name, text }`; undefined if there was none. */
  readonly body: unknown;
}

/** One event of a stream. */
export interface StreamEvent {
  /** Milliseconds after the one before. */
  readonly afterMs: number;
  /** What stands behind `event:`, where a provider names its events. */
  readonly event?: string;
  /** What stands behind `data:`. */
  readonly data: string;
}

/** What the server will answer, and when: whoever has a wire (or only a clock) carries it out. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds from the arrival to the first byte. */
  readonly afterMs: number;
  /** The body: text in full, or a stream of events. */
  readonly body: string | readonly StreamEvent[];
  /** How an error stands in that stream, where it isn't as in OpenAI's chat. */
  readonly failure?: StreamEvent;
  /** What goes wrong on the wire. An answer that never comes may have its connection closed `afterMs`, unless that is Infinity. */
  readonly fault?: FaultKind;
  /** The request hasn't arrived yet: what it gets is asked for `afterMs`, in the place of this. */
  readonly again?: () => Reply;
  /** To be called once the body was sent, or given up. */
  readonly end: () => void;
}

/** What a reply says, in JSON or as plain text. */
export type Answer = JsonAnswer | { readonly status: number; readonly text: string };

/** What a reply with a JSON body says. */
export interface JsonAnswer {
  readonly status: number;
  readonly json: unknown;
}
