/** What is answered to who asks for a page, or for something of it. A stream writes as long as somebody reads. */
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
