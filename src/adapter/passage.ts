import { builtinModule } from "../builtin.js";
import type { Submitter } from "../flow/job.js";

/** Who governs a send, and which. */
export interface Sending {
  readonly house: { readonly submitter: Submitter };
  /** Where it came in. */
  readonly edge: object;
  readonly key: string;
  readonly view: { readonly url: string };
}

/**
 * A governed send that is under way. What is sent within it is a part of it, and has its permit. It lets go of the send
 * when its answer is known: sockets and timers that were made within it keep it, and would keep all of that too.
 */
export class Passage {
  /** Whether it is on the options of what is sent too, where the next gate finds it. */
  readonly isBranded: boolean;
  #sending: Sending | undefined;

  constructor(sending: Sending, isBranded: boolean) {
    this.isBranded = isBranded;
    this.#sending = sending;
  }

  /** Whether the answer is known: what is sent after that only happens to come from there. */
  get isOver(): boolean {
    return this.#sending === undefined;
  }

  /** Whether this loop governs it. */
  isOf(submitter: Submitter): boolean {
    return this.#sending?.house.submitter === submitter;
  }

  /** Whether it came in at this edge. */
  isAt(edge: object): boolean {
    return this.#sending?.edge === edge;
  }

  /** Another gate stands within it: both sluices warn of that where it is the same request that has come to it. */
  meetGate(gate: Submitter, url: string): void {
    const sending = this.#sending;
    if (sending === undefined || sending.view.url !== url) return;
    const { key, house } = sending;
    warnOfStack(house.submitter, key);
    if (gate !== house.submitter) warnOfStack(gate, key);
  }

  end(): void {
    this.#sending = undefined;
  }
}

/** The part of AsyncLocalStorage that is used here. */
interface Storage {
  run<T>(passage: Passage, send: () => T): T;
  getStore(): Passage | undefined;
}

/** What all copies of this package in a process have in common. */
interface Passages {
  /** Whose send is being called just now. */
  current: Passage | undefined;
  /** Carries it along asynchronous calls, once there is somebody who could be met there. */
  storage: Storage | undefined;
  /** Whether those that are branded are carried too: somebody looks on who sees no options. */
  hasOnlooker: boolean;
}

const PASSAGES = Symbol.for("sluice.passages");
const common = globalThis as { [PASSAGES]?: Passages };
/** The same, once it was looked for: to look anything up in the global object costs as much as a tenth of a request. */
let known: Passages | undefined;

function passages(): Passages {
  known ??= common[PASSAGES] ??= { current: undefined, storage: undefined, hasOnlooker: false };
  return known;
}

/**
 * From now on a send is known however far down it is asked for, where the platform can carry that along. Before that it
 * is known while it is being called: to carry it makes every promise of a process dearer, and most have no second gate.
 *
 * @param hasOnlooker whether somebody looks on who can't see the options of what is sent
 */
export function carryPassages(hasOnlooker: boolean): void {
  const all = passages();
  all.hasOnlooker ||= hasOnlooker;
  if (all.storage !== undefined) return;
  const hooks = builtinModule<{ readonly AsyncLocalStorage: new () => Storage }>("node:async_hooks");
  all.storage = hooks && new hooks.AsyncLocalStorage();
}

/** The governed send within which the caller runs. */
export function currentPassage(): Passage | undefined {
  const all = passages();
  const passage = all.current ?? all.storage?.getStore();
  return passage?.isOver === false ? passage : undefined;
}

/** Sends within a passage. */
export function sendWithin<T>(passage: Passage, send: () => T): T {
  const all = passages();
  const storage = passage.isBranded && !all.hasOnlooker ? undefined : all.storage;
  const outer = all.current;
  all.current = passage;
  try {
    return storage === undefined ? send() : storage.run(passage, send);
  } finally {
    all.current = outer;
  }
}

function warnOfStack(submitter: Submitter, key: string): void {
  submitter.warn({
    code: "stacked",
    key,
    message:
      "a request that is governed already has come to another gate of sluice on its way: the outer one governs it, and the inner one lets it pass; take one of them away",
  });
}
