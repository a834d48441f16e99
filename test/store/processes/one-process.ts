import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const WORKER = fileURLToPath(new URL("../worker.mjs", import.meta.url));
/** What is left of a process that has closed its sluice ends by itself, and soon. */
const ENDS_MS = 20_000;

/** What a process is told at its start. */
export interface Words {
  /** URL of its Redis. */
  readonly redis: string;
  /** URL of the API. */
  readonly api: string;
  /** So many requests always wait; 0: none does. */
  readonly waiting: number;
  /** Beside these it sends one now and then, by Poisson, so many a second. Default 0. */
  readonly perSecond?: number;
  readonly clockOffMs?: number;
  /** Options of its sluice. */
  readonly provider?: string | undefined;
  readonly control?: object | undefined;
}

/** What it has counted since its start, and how it stands. */
export interface Told {
  readonly accepted: number;
  readonly refused: number;
  /** Requests that ended with anything but an answer. */
  readonly lost: number;
  readonly store?: string;
  readonly share?: number;
}

const NOTHING: Told = { accepted: 0, refused: 0, lost: 0 };

/** One process of a fleet, and all that it has told. */
export interface OneProcess {
  /** The last that was heard of it. */
  readonly told: Told;
  readonly isThere: boolean;
  /** The last that was heard of it until then, by this process' own clock. */
  toldAt(atMs: number): Told;
  /** All that was heard of it since. */
  heardSince(atMs: number): readonly Told[];
  signal(name: "SIGSTOP" | "SIGCONT"): void;
  kill(): Promise<void>;
  /** Asks it to close, and waits until it has ended by itself; it is killed, and this rejects, where it doesn't. */
  stop(): Promise<void>;
}

export function startProcess(words: Words): OneProcess {
  const child: ChildProcess = fork(WORKER, [JSON.stringify(words)], { execArgv: [] });
  const heard: { readonly atMs: number; readonly told: Told }[] = [];
  const ended = once(child, "exit");
  child.on("message", (told: Told) => heard.push({ atMs: performance.now(), told }));
  const isThere = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    get told() {
      return heard.at(-1)?.told ?? NOTHING;
    },
    get isThere() {
      return isThere();
    },
    toldAt: (atMs) => heard.findLast((each) => each.atMs <= atMs)?.told ?? NOTHING,
    heardSince: (atMs) => heard.filter((each) => each.atMs > atMs).map(({ told }) => told),
    signal: (name) => void child.kill(name),
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
    async stop() {
      if (child.connected) child.send("stop");
      const late = setTimeout(() => child.kill("SIGKILL"), ENDS_MS);
      await ended;
      clearTimeout(late);
      if (child.signalCode !== null) throw new Error(`a process didn't end ${ENDS_MS / 1_000} s after it was asked to`);
    },
  };
}
