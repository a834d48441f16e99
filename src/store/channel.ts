import cluster from "node:cluster";
import { isMainThread } from "node:worker_threads";
import { systemClock } from "../clock.js";
import { SluiceError } from "../errors.js";
import { answerThreads, answerWorkers } from "./channel/answers.js";
import { askingStore } from "./channel/asking.js";
import { threadWire, workerWire } from "./channel/wires.js";
import { MemoryStore } from "./memory.js";
import type { Store } from "./store.js";

/** Who meets whom in {@link channelStore}. */
export interface ChannelStoreOptions {
  /** Who gives the same name meets. A text of 1 to 100 characters. @defaultValue `"sluice"` */
  readonly name?: string;
}

/**
 * A store for the processes of Node's `cluster` and the threads of `worker_threads`, in one machine and without a server: they share
 * their budgets. Call it in the primary, or the main thread, and in each worker alike. The primary holds what is shared in its memory,
 * and must call it even where it sends nothing itself; the others ask it by messages, and go on at their last part where it doesn't
 * answer. Threads of a cluster's worker are answered through that worker, which must call it too.
 *
 * Messages to and from a cluster's workers are those of `process.send()`: whoever listens to them there sees sluice's as well, which
 * have a field `sluice`. Threads speak over a `BroadcastChannel`, which disturbs nobody's ports.
 *
 * @throws SluiceError `ERR_SLUICE_OPTION` naming the option
 */
export function channelStore(options: ChannelStoreOptions = {}): Store {
  const { name = "sluice", ...others } = options;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) refuse(`there is no option ${unknown}: channelStore takes name`);
  if (typeof name !== "string" || name.length < 1 || name.length > 100)
    refuse("name must be a text of 1 to 100 characters");
  const stores = storesHere();
  let store = stores.get(name);
  if (store === undefined) {
    store = open(name);
    stores.set(name, store);
  }
  return store;
}

/** One store a name in each thread, however many copies of this package are installed: two would give two answers. */
function storesHere(): Map<string, Store> {
  const here = globalThis as { [STORES]?: Map<string, Store> };
  here[STORES] ??= new Map();
  return here[STORES];
}

const STORES = Symbol.for("sluice.channel.1");

function open(name: string): Store {
  if (!isMainThread) return askingStore(threadWire(name));
  if (cluster.isWorker) {
    const store = askingStore(workerWire(name));
    answerThreads(name, store);
    return store;
  }
  const store = new MemoryStore({ clock: steadyClock() });
  answerThreads(name, store);
  answerWorkers(name, store);
  return store;
}

/** Begins at the time of day, and goes on by the monotonic clock: nobody can set it. */
function steadyClock(): typeof systemClock {
  const startMs = systemClock.wallNow() - systemClock.now();
  return { ...systemClock, wallNow: () => startMs + systemClock.now() };
}

function refuse(message: string): never {
  throw new SluiceError("ERR_SLUICE_OPTION", `sluice/channel: ${message}`);
}
