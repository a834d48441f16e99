import { spawn } from "node:child_process";
import { constants, setPriority } from "node:os";
import { MATRIX } from "./paths.mjs";

const TIMEOUT_MS = 300_000;
const STDERR_MAX = 2_000;

/** Runs one cell and gives what it said, a line for each check; a cell that says nothing, or ends badly, is red. */
export function runCell(cell, runtimes) {
  const { name, script, args = [], runtime = "node", timeoutMs = TIMEOUT_MS, table = "doors", keepsPace } = cell;
  const command = runtimes[runtime];
  const own = { cell: name, runtime, table };
  if (command === undefined) {
    return Promise.resolve([
      { ...own, door: name, version: "", check: "runs", ok: null, detail: `no ${runtime} here` },
    ]);
  }
  return new Promise((resolve) => {
    const [program, ...before] = command;
    const child = spawn(program, [...before, script, ...args], { cwd: MATRIX, stdio: ["ignore", "pipe", "pipe"] });
    if (keepsPace === true) prefer(child);
    const heard = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"]) {
      child[stream].setEncoding("utf8");
      child[stream].on("data", (text) => {
        heard[stream] += text;
      });
    }
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      child.kill("SIGKILL");
    }, timeoutMs);
    const end = (how) => {
      clearTimeout(timer);
      const { told, strays } = readLines(heard.stdout);
      const trouble = isLate ? `took more than ${timeoutMs / 1000} s` : how;
      if (trouble !== undefined || told.length === 0) {
        const words = [trouble ?? "said nothing", ...strays, heard.stderr.slice(-STDERR_MAX)].join("\n").trim();
        told.push({
          door: told[0]?.door ?? name,
          version: told[0]?.version ?? "",
          check: "runs",
          ok: false,
          detail: words,
        });
      }
      resolve(told.map((line) => ({ ...own, ...line })));
    };
    child.on("error", (error) => end(String(error)));
    child.on("close", (code, signal) => end(code === 0 ? undefined : `ended with ${signal ?? code}`));
  });
}

/** Lets it run before others where we may say so, as root may: what has to keep a pace can't while others have the cores. */
function prefer({ pid }) {
  if (pid === undefined) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_HIGH);
  } catch {}
}

/** What a cell printed: its verdicts, and lines that are none, which help when it fails. */
function readLines(text) {
  const told = [];
  const strays = [];
  for (const line of text.split("\n").filter((line) => line.trim() !== "")) {
    try {
      const verdict = JSON.parse(line);
      if (typeof verdict.check !== "string" || ![true, false, null].includes(verdict.ok))
        throw new TypeError("no verdict");
      told.push(verdict);
    } catch {
      strays.push(line);
    }
  }
  return { told, strays };
}
