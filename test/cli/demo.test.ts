import { describe, expect, it } from "vitest";
import { startServerProcess } from "../../src/cli/demo/server.js";
import { main } from "../../src/cli/demo.js";

const sink = { write: () => undefined };
const io = { stdout: sink, stderr: sink, env: {}, interrupt: new AbortController().signal };

describe("sluice demo", () => {
  it.each([
    [["--seed", "one"], /--seed must be a whole number, got 'one'/],
    [["--fast"], /Unknown option '--fast'/],
    [["file"], /Unexpected argument 'file'/],
  ])("refuses %j", async (argv, message) => {
    await expect(main(argv, io)).rejects.toThrow(message);
  });

  // Beside the sources there is no compiled main.js, so that the process can only fail.
  it("says why its server didn't start", async () => {
    await expect(startServerProcess([])).rejects.toThrow(
      /the simulated server did not start: .*exit code 1[\s\S]*main\.js/,
    );
  });
});
