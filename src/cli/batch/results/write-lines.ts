/** Takes whole lines, in order of the calls. */
export interface LineWriter {
  /** Resolves when the line is written. Rejects where it can't be; nothing is written after that. */
  write(line: string): Promise<void>;
  /** Resolves when all that was written is safe, whatever becomes of the machine. Rejects where it can't be. */
  sync(): Promise<void>;
  /** The same, and nothing is written after that. */
  close(): Promise<void>;
}

/** What lines are written to, many at a time. */
export interface Sink {
  /** Writes all of it. Resolves with how many of the lines are written whole, and what kept the rest from it. */
  write(lines: readonly string[]): Promise<Written>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** How far a write came. */
export interface Written {
  readonly lines: number;
  readonly failure?: { readonly error: unknown } | undefined;
}

interface Waiting {
  readonly line: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Characters that go into one write, about. */
const WRITE_CHARACTERS_MAX = 1_000_000;

/**
 * One write at a time, each of all the whole lines that have come meanwhile: a write takes a turn of the event loop, and
 * one a line would hold fast answers up. The first failure ends it for all that follow.
 */
export function lineWriter(sink: Sink): LineWriter {
  let waiting: Waiting[] = [];
  let failure: Written["failure"];
  let writing: Promise<void> | undefined;

  const writeSome = async (batch: readonly Waiting[]): Promise<void> => {
    const written = failure === undefined ? await sink.write(batch.map(({ line }) => line)) : { lines: 0 };
    failure ??= written.failure;
    batch.forEach(({ resolve, reject }, index) => {
      if (index < written.lines) resolve();
      else reject(failure?.error);
    });
  };
  const writeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const all = waiting;
      waiting = [];
      for (let start = 0; start < all.length; ) {
        const end = endOfBatch(all, start);
        await writeSome(all.slice(start, end));
        start = end;
      }
    }
    writing = undefined;
  };
  return {
    write: (line) =>
      new Promise((resolve, reject) => {
        waiting.push({ line, resolve, reject });
        writing ??= Promise.resolve().then(writeAll);
      }),
    async sync() {
      await writing;
      await sink.sync();
    },
    async close() {
      await writing;
      await sink.close();
    },
  };
}

/** One line at least, however long it is. */
function endOfBatch(all: readonly Waiting[], start: number): number {
  let characters = 0;
  let end = start;
  while (end < all.length) {
    characters += all[end]?.line.length ?? 0;
    if (characters > WRITE_CHARACTERS_MAX && end > start) break;
    end += 1;
  }
  return end;
}
