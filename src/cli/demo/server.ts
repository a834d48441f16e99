import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { ScheduledMove } from "../../../simulations/server/move.js";
import type { ServiceState } from "../../../simulations/server/service.js";

/** A simulated API in a process of its own. */
export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** Starts a schedule; resolves with the server's own time of its beginning, in milliseconds. */
  begin(moves: readonly ScheduledMove[]): Promise<number>;
  state(): Promise<ServiceState>;
  stop(): Promise<void>;
}

/** How long a process may take to say where it listens, in milliseconds. */
const START_MAX_MS = 15_000;
const STOP_MAX_MS = 3_000;

/** Runs `sluice serve` on loopback. Rejects, with what it said, where it doesn't come up. */
export async function startServerProcess(options: readonly string[]): Promise<ServerProcess> {
  const main = fileURLToPath(new URL("../main.js", import.meta.url));
  const child = spawn(process.execPath, [main, "serve", "--json", "--port", "0", ...options], {
    stdio: ["ignore", "pipe", "pipe"],
    // A terminal's Ctrl-C goes to a whole group of processes: out of it, the server answers what is still in flight.
    detached: true,
  });
  const kill = (): void => void child.kill("SIGKILL");
  // No server outlives the demonstration, however that ends.
  process.once("exit", kill);
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint = `${complaint}${text}`.slice(-2_000);
  });

  const url = await new Promise<string>((resolve, reject) => {
    const fail = (why: string): void => {
      kill();
      reject(new Error(`the simulated server did not start: ${why}${complaint === "" ? "" : `\n${complaint.trim()}`}`));
    };
    const timer = setTimeout(() => fail(`it said nothing for ${START_MAX_MS / 1_000} s`), START_MAX_MS);
    child.once("error", (error) => fail(error.message));
    child.once("close", (code) => fail(`it ended with exit code ${code}`));
    createInterface({ input: child.stdout }).once("line", (line) => {
      clearTimeout(timer);
      try {
        resolve((JSON.parse(line) as { url: string }).url);
      } catch {
        fail(`its first line was '${line}'`);
      }
    });
  });

  const call = async (path: string, init?: RequestInit): Promise<ServiceState> => {
    const response = await fetch(`${url}${path}`, init);
    if (!response.ok) throw new Error(`the simulated server refused ${path}: ${await response.text()}`);
    return (await response.json()) as ServiceState;
  };
  return {
    url,
    pid: child.pid ?? 0,
    async begin(moves) {
      const headers = { "content-type": "application/json" };
      return (await call("/__control", { method: "POST", headers, body: JSON.stringify(moves) })).nowMs;
    },
    state: () => call("/__state"),
    async stop() {
      process.off("exit", kill);
      child.kill("SIGTERM");
      const timer = setTimeout(kill, STOP_MAX_MS);
      await gone;
      clearTimeout(timer);
    },
  };
}
