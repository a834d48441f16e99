/** What a command may write to: a stream of the process, or a collector in a test. */
export interface Output {
  write(text: string): unknown;
  /** Whether a person looks at it, so that a line may be redrawn. */
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** What a command gets from its process, and nothing else of it. */
export interface Io {
  /** Absent where there is none. */
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** Results. */
  readonly stdout: Output;
  /** Progress and errors. */
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts at the first Ctrl-C (or SIGTERM): end in good order, with exit code 130. The second one kills. */
  readonly interrupt: AbortSignal;
}

/** What each file of a command exports. */
export interface Command {
  /** One line for `sluice --help`. */
  readonly summary: string;
  /** The whole of `sluice COMMAND --help`. */
  readonly help: string;
  /** Runs it; the number is the exit code: 0 all done, 1 some failed, 2 wrong usage, 3 quota exhausted, 130 interrupted. */
  main(argv: readonly string[], io: Io): Promise<number>;
}

/** Wrong usage: thrown by a command, printed by `main.ts` with the command's name, exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Whether an error means wrong usage: ours, or one of `parseArgs`, whose messages name the option. */
export function isUsageError(error: unknown): error is Error {
  if (error instanceof UsageError) return true;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && code.startsWith("ERR_PARSE_ARGS_");
}
