import { builtinModule } from "../builtin.js";
import type { Cost } from "../cost.js";
import { SluiceError } from "../errors.js";
import type { RequestOptions } from "../options.js";
import type { ResponseFacts } from "../signal/signal.js";

/** A task that is being tried, as a governed `fetch` inside it sees it: it takes no second permit, and leaves here what it saw. */
export interface Witness {
  /** The last response inside the task; absent while the last request inside it has none. */
  seen: ResponseFacts | undefined;
  /** What its body said was spent. */
  spent: Cost | undefined;
  /** The response that went wrong in its body, after it had been let in. */
  failed: ResponseFacts | undefined;
}

/** What surrounds a call: the options given by `with`, and the task that it was made in. */
export interface Surroundings {
  readonly options: RequestOptions | undefined;
  readonly witness: Witness | undefined;
}

/** The part of AsyncLocalStorage that is used here; its module can't be imported where only the web platform is. */
interface Storage {
  run<T, Arguments extends unknown[]>(surroundings: Surroundings, fn: (...args: Arguments) => T, ...args: Arguments): T;
  getStore(): Surroundings | undefined;
}

/** What is used of `node:async_hooks`. */
interface AsyncHooks {
  readonly AsyncLocalStorage: new () => Storage;
}

function createStorage(): Storage | undefined {
  const hooks = builtinModule<AsyncHooks>("node:async_hooks");
  return hooks && new hooks.AsyncLocalStorage();
}

const NOWHERE: Surroundings = { options: undefined, witness: undefined };

/**
 * What surrounds the calls of one sluice, carried along asynchronous calls where the platform can. It is off until
 * somebody needs it, since it makes every promise of a process dearer (Node 20: a task of `schedule` twice as dear).
 */
export class Ambient {
  readonly #storage: Storage | undefined = createStorage();
  /** The task whose synchronous part is running: known even where, or while, nothing can be carried along. */
  #starting: Surroundings | undefined;
  #isOn = false;

  /** Whether surroundings are carried along asynchronous calls from now on. */
  get isOn(): boolean {
    return this.#isOn;
  }

  /** Begins to carry. To be called when a governed `fetch` is first asked for. */
  turnOn(): void {
    this.#isOn = this.#storage !== undefined;
  }

  /** What surrounds the call that is running. */
  current(): Surroundings {
    return this.#starting ?? (this.#isOn ? (this.#storage?.getStore() ?? NOWHERE) : NOWHERE);
  }

  /** Runs a task of `schedule`, so that a governed `fetch` inside it finds its witness. */
  runTask<T, In>(surroundings: Surroundings, task: (input: In) => T, input: In): T {
    const outer = this.#starting;
    this.#starting = surroundings;
    try {
      return this.#isOn && this.#storage !== undefined ? this.#storage.run(surroundings, task, input) : task(input);
    } finally {
      this.#starting = outer;
    }
  }

  /**
   * Runs a function all of whose governed calls take these options, unless they have their own. They reach through any
   * SDK, since they travel with the asynchronous call.
   *
   * @throws SluiceError `ERR_SLUICE_OPTION` where the platform has no AsyncLocalStorage
   */
  with<T>(options: RequestOptions, fn: () => T): T {
    if (this.#storage === undefined) {
      throw new SluiceError(
        "ERR_SLUICE_OPTION",
        "with() needs AsyncLocalStorage, which this platform does not offer; pass the options to schedule, wrap or pace instead",
      );
    }
    this.turnOn();
    const { options: outer, witness } = this.current();
    const surroundings: Surroundings = {
      options: outer === undefined ? options : mergedOptions(outer, options),
      witness,
    };
    // Inside a task's synchronous part the new surroundings must win over the task's own.
    const starting = this.#starting;
    this.#starting = undefined;
    try {
      return this.#storage.run(surroundings, fn);
    } finally {
      this.#starting = starting;
    }
  }
}

/** Options over those of their surroundings. What is there but undefined says nothing, and hides nothing. */
export function mergedOptions<Options extends object>(outer: RequestOptions, inner: Options | undefined): Options {
  const merged: Record<string, unknown> = { ...outer };
  for (const [name, value] of Object.entries(inner ?? {})) if (value !== undefined) merged[name] = value;
  return merged as Options;
}
