import { spawn } from "node:child_process";

/** A runtime that has said its last and is still there after this, in milliseconds, doesn't end: a try's own timer would hold it for ten minutes. */
const END_MS = 60_000;

/** Runs the core in a process of its own: the command with the two origins behind it. It must end by itself. */
export async function inProcess(command, { origin, deadOrigin }, tell) {
  const [program, ...args] = [...command, "runtimes/guest.mjs", origin, deadOrigin];
  const guest = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  guest.stdout.setEncoding("utf8");
  let text = "";
  let lastAtMs = performance.now();
  guest.stdout.on("data", (piece) => {
    const lines = (text + piece).split("\n");
    text = lines.pop();
    for (const line of lines) tell(JSON.parse(line));
    lastAtMs = performance.now();
  });
  const [code, signal] = await new Promise((resolve, reject) => {
    guest.once("error", reject);
    guest.once("close", (...how) => resolve(how));
  });
  const tookMs = performance.now() - lastAtMs;
  const ok = code === 0 && tookMs < END_MS;
  tell({ door: "close", check: "the process ends by itself", ok, detail: { code, signal, tookMs } });
}
