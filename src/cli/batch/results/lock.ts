import { readFileSync } from "node:fs";
import { link, readFile, realpath, rename, rm, stat, unlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { resolve } from "node:path";
import { UsageError } from "../../command.js";
import { codeOf, messageOf } from "../failure.js";

/** Who holds a lock. */
interface Owner {
  readonly pid: number;
  readonly host: string;
  /** When the process began, in the system's own count: a number is given to another process one day. */
  readonly began: string | null;
}

/** Times that a dead owner's lock is broken before somebody else is taken for quicker. */
const TRIES_MAX = 5;

/**
 * Keeps other runs off the files of this one: a file `FILE.lock` beside each, which says who holds it. That of a process that is
 * no more is broken. Resolves with the way to let go.
 *
 * @throws UsageError that names the owner
 */
export async function lock(paths: readonly string[]): Promise<() => Promise<void>> {
  const held: string[] = [];
  const release = async (): Promise<void> => {
    for (const path of held.splice(0)) await rm(path, { force: true }).catch(() => undefined);
  };
  try {
    for (const path of new Set(await Promise.all(paths.map(realNameOf)))) {
      if (!(await isFileOrNothing(path))) continue;
      await take(`${path}.lock`, path);
      held.push(`${path}.lock`);
    }
  } catch (error) {
    await release();
    throw error;
  }
  return release;
}

/** Two names of one file are one lock. */
async function realNameOf(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path));
}

/** Two runs may well write into one pipe or device. */
async function isFileOrNothing(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFile(),
    () => true,
  );
}

async function take(lockPath: string, path: string): Promise<void> {
  const own = `${lockPath}.${process.pid}`;
  const us: Owner = { pid: process.pid, host: hostname(), began: beganAt(process.pid) };
  try {
    await writeFile(own, `${JSON.stringify(us)}\n`);
    for (let tries = 1; !(await isLinked(own, lockPath)); tries += 1) {
      const text = await readFile(lockPath, "utf8").catch(() => "");
      const owner = parseOwner(text);
      if (tries > TRIES_MAX || (owner !== undefined && isAlive(owner))) throw taken(path, lockPath, owner);
      await breakLock(lockPath, text);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot lock ${path}: ${messageOf(error)}`);
  } finally {
    await rm(own, { force: true });
  }
}

/** A link is made with its content in it, or not at all: nobody ever reads half a lock. */
async function isLinked(own: string, lockPath: string): Promise<boolean> {
  try {
    await link(own, lockPath);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    if (codeOf(error) !== "EPERM" && codeOf(error) !== "ENOTSUP" && codeOf(error) !== "ENOSYS") throw error;
  }
  // File systems without links: exclusive creation is the next best.
  try {
    await writeFile(lockPath, await readFile(own), { flag: "wx" });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** Moves a dead owner's lock away. Where another process was quicker and it is a living one's by now, it is put back. */
async function breakLock(lockPath: string, text: string): Promise<void> {
  const aside = `${lockPath}.${process.pid}.old`;
  try {
    await rename(lockPath, aside);
    if ((await readFile(aside, "utf8")) !== text) await link(aside, lockPath);
  } catch (error) {
    if (codeOf(error) !== "ENOENT" && codeOf(error) !== "EEXIST") throw error;
  } finally {
    await unlink(aside).catch(() => undefined);
  }
}

function taken(path: string, lockPath: string, owner: Owner | undefined): UsageError {
  const who = owner === undefined ? "another process" : `process ${owner.pid} on ${owner.host}`;
  return new UsageError(`${path} is being written by ${who}; wait for its end, or remove ${lockPath} if it has ended`);
}

function parseOwner(text: string): Owner | undefined {
  try {
    const { pid, host, began = null } = JSON.parse(text) as Partial<Owner>;
    return typeof pid === "number" && typeof host === "string" ? { pid, host, began } : undefined;
  } catch {
    return undefined;
  }
}

/** Of a process elsewhere nothing is known: it may live. */
function isAlive({ pid, host, began }: Owner): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process is one that lives.
    if (codeOf(error) === "ESRCH") return false;
  }
  const now = beganAt(pid);
  return began === null || now === null || began === now;
}

/** When a process began, in clock ticks since the system's start; null where there is no such file. */
function beganAt(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name of the program may have spaces and brackets in it; what follows the last one are the numbers from the third on.
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}
