import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Absent, type Running } from "./limiter.js";

/** A server that is a program of its own, and runs in a folder of its own. */
export interface Daemon {
  readonly command: string;
  readonly args: (folder: string) => readonly string[];
  /** What is in its folder, by name: its configuration among it. */
  readonly files: (port: number) => Readonly<Record<string, string>>;
}

/** Between the choice of a free port and its use somebody else may take it. */
const STARTS_MAX = 3;
const LOOK_AGAIN_MS = 20;
/** Debian has such programs where only root looks for them. */
const PATH = `${process.env["PATH"]}:/usr/sbin`;

/** Starts a daemon on a free loopback port; resolves when it answers. */
export async function startDaemon(daemon: Daemon): Promise<Running> {
  for (let start = 1; ; start++) {
    const folder = await mkdtemp(join(tmpdir(), `sluice-${daemon.command}-`));
    const removeFolder = () => rm(folder, { recursive: true, force: true, maxRetries: 5 });
    try {
      const { url, close } = await startIn(folder, daemon);
      return { url, close: () => close().then(removeFolder) };
    } catch (error) {
      await removeFolder();
      if (error instanceof Absent || start === STARTS_MAX) throw error;
    }
  }
}

async function startIn(folder: string, { command, args, files }: Daemon): Promise<Running> {
  const port = await freePort();
  for (const [name, text] of Object.entries(files(port))) await writeFile(join(folder, name), text);
  const child = spawn(command, args(folder), { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, PATH } });
  const kill = () => void child.kill();
  process.once("exit", kill);
  const closed = new Promise<void>((done) => child.once("close", () => done()));
  const close = async () => {
    kill();
    await closed;
    process.off("exit", kill);
  };
  const url = `http://127.0.0.1:${port}/`;
  try {
    await Promise.race([answering(url, closed), ending(child, command)]);
    return { url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((found, failed) => {
    server.once("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => found(port));
    });
  });
}

/** Asks for what no limit counts, until there is an answer or the daemon has ended. */
async function answering(url: string, closed: Promise<void>): Promise<void> {
  let isClosed = false;
  void closed.then(() => {
    isClosed = true;
  });
  while (!isClosed) {
    const isUp = await fetch(`${url}up`).then(
      (response) => response.arrayBuffer().then(() => true),
      () => false,
    );
    if (isUp) return;
    await new Promise((later) => setTimeout(later, LOOK_AGAIN_MS));
  }
}

/** Rejects when the daemon can't be started, or ends by itself. */
function ending(child: ChildProcess, command: string): Promise<never> {
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    said += String(chunk);
  });
  return new Promise((_, failed) => {
    child.once("error", (error: NodeJS.ErrnoException) =>
      failed(error.code === "ENOENT" ? new Absent(`${command} isn't installed: apt-get install ${command}`) : error),
    );
    child.once("close", (code) => failed(new Error(`${command} ended with ${code}: ${said}`)));
  });
}
