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
