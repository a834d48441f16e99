import { createHash } from "node:crypto";
import { readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { systemClock } from "../../clock.js";
import { openPrivately } from "./runtime-folder.js";

/** A program that has a live page, as it tells the others of this user. */
export interface Announced {
  readonly kind: "run" | "proxy" | "serve";
  /** What it is called: its file, its target. */
  readonly title: string;
  /** The page's address, without a token. */
  readonly url: string;
  /** Absent where the page needs none. */
  readonly token?: string | undefined;
  readonly pid: number;
  /** Milliseconds since 1970. */
  readonly startedAtMs: number;
}

/** What is dead for so long isn't started again with the same page. */
const KEPT_MS = 86_400_000;
const ID_LENGTH = 16;

/** Who has a live page on this machine, in a folder that is the user's alone. */
export class Registry {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What a program of this kind and identity announced last, where it isn't at work any more: its page may go on with that. */
  async recall(kind: Announced["kind"], identity: string): Promise<Announced | undefined> {
    const past = await this.#read(nameOf(kind, identity));
    return past === undefined || isAlive(past.pid) ? undefined : past;
  }

  /**
   * Tells of a page. Returns what tells that it is over.
   *
   * @throws where it can't be written
   */
  async announce(identity: string, page: Announced): Promise<() => Promise<void>> {
    await openPrivately(this.#folder);
    const name = nameOf(page.kind, identity);
    const other = await this.#read(name);
    const isTaken = other !== undefined && other.pid !== page.pid && isAlive(other.pid);
    const own = isTaken ? nameOf(page.kind, `${identity}\n${page.pid}`) : name;
    await this.#write(own, page);
    return async () => {
      // Nobody is at work there now; who starts the same again finds port and token.
      await this.#write(own, { ...page, pid: 0 }).catch(() => undefined);
      await rm(join(this.#folder, `${hashOf(page.url)}.html`), { force: true }).catch(() => undefined);
    };
  }

  /** Those that are at work, the latest first. Forgets what has long been over. */
  async alive(): Promise<readonly Announced[]> {
    const files = await readdir(this.#folder).catch((): string[] => []);
    const found: Announced[] = [];
    for (const file of files.filter((each) => each.endsWith(".json"))) {
      const page = await this.#read(file.slice(0, -".json".length));
      if (page !== undefined && isAlive(page.pid)) found.push(page);
      else await this.#maybeForget(file);
    }
    for (const file of files.filter((each) => !each.endsWith(".json"))) await this.#maybeForget(file);
    return found.sort((a, b) => b.startedAtMs - a.startedAtMs);
  }

  /** A file of the user's own that leads to a page: the words of a command line can be read by all users of a machine. */
  async leadTo({ url, token }: Pick<Announced, "url" | "token">): Promise<string> {
    await openPrivately(this.#folder);
    const path = join(this.#folder, `${hashOf(url)}.html`);
    const target = JSON.stringify(addressOf({ url, token })).replaceAll("<", "\\u003c");
    await writeFile(
      path,
      `<!doctype html><meta charset="utf-8"><title>sluice</title><script>location.replace(${target})</script>`,
      PRIVATE,
    );
    return path;
  }

  async #maybeForget(file: string): Promise<void> {
    const path = join(this.#folder, file);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: 0 }));
    if (systemClock.wallNow() - mtimeMs < KEPT_MS) return;
    await rm(path, { force: true }).catch(() => undefined);
  }

  async #read(name: string): Promise<Announced | undefined> {
    try {
      const value: unknown = JSON.parse(await readFile(join(this.#folder, `${name}.json`), "utf8"));
      return isAnnounced(value) ? value : undefined;
    } catch {
      return undefined;
    }
  }

  async #write(name: string, page: Announced): Promise<void> {
    const path = join(this.#folder, `${name}.json`);
    // Nobody may read half of it.
    await writeFile(`${path}.${process.pid}`, `${JSON.stringify(page)}\n`, PRIVATE);
    await rename(`${path}.${process.pid}`, path);
  }
}

const PRIVATE = { mode: 0o600 };

/** The address to open: the token stands where no server is told of it. */
export function addressOf({ url, token }: Pick<Announced, "url" | "token">): string {
  return token === undefined ? url : `${url}#token=${token}`;
}

function nameOf(kind: Announced["kind"], identity: string): string {
  return `${kind}-${hashOf(identity)}`;
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, ID_LENGTH);
}

function isAlive(pid: number): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function isAnnounced(value: unknown): value is Announced {
  if (typeof value !== "object" || value === null) return false;
  const { kind, title, url, token, pid, startedAtMs } = value as Record<keyof Announced, unknown>;
  return (
    (kind === "run" || kind === "proxy" || kind === "serve") &&
    typeof title === "string" &&
    typeof url === "string" &&
    URL.canParse(url) &&
    (token === undefined || typeof token === "string") &&
    Number.isInteger(pid) &&
    Number.isFinite(startedAtMs)
  );
}
