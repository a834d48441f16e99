import { sluice } from "../../src/cli/dispatch.js";

/** What a command line came to. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `sluice …` in this process, without an environment; `interrupt` is its Ctrl-C. Default: nobody presses it. */
export async function commandLine(
  argv: readonly string[],
  interrupt: AbortSignal = new AbortController().signal,
): Promise<CommandResult> {
  let stdout = "";
  let stderr = "";
  const code = await sluice(argv, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    env: {},
    interrupt,
  });
  return { code, stdout, stderr };
}

/** A command line at work: what it writes, and how to press Ctrl-C. */
export interface RunningCommand {
  readonly exit: Promise<number>;
  readonly firstLine: Promise<string>;
  interrupt(): void;
  out(): string;
  err(): string;
}

/** Begins `sluice …` in this process, with no more of an environment than is given. */
export function beginCommand(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): RunningCommand {
  const interrupt = new AbortController();
  let stdout = "";
  let stderr = "";
  let onLine = (): void => {};
  const firstLine = new Promise<string>((resolve) => {
    onLine = () => stdout.includes("\n") && resolve(stdout.split("\n")[0] ?? "");
  });
  const exit = sluice(argv, {
    stdout: {
      write(text) {
        stdout += text;
        onLine();
      },
    },
    stderr: { write: (text) => (stderr += text) },
    env,
    interrupt: interrupt.signal,
  });
  return { exit, firstLine, interrupt: () => interrupt.abort(), out: () => stdout, err: () => stderr };
}
