import type { Dispatcher } from "undici";

type Controller = Dispatcher.DispatchController;
type Raw = NonNullable<Controller["rawHeaders"]> | null;

/** Who hears what is done with the reins. */
export interface ReinsHolder {
  onAbort(reason: unknown): void;
  onResume(): void;
}

/**
 * The controller that is handed out with a request, before there is a connection and for as many tries as there are. It
 * passes on what is done with it to the one of the try that is under way.
 */
export class Reins implements Controller {
  /** Whose budget the request draws on, once that is known. */
  key: string | undefined = undefined;
  /** How often it was sent. */
  tries = 0;
  /** Whether the answer is one that we made. */
  isOwnAnswer = false;
  readonly #holder: ReinsHolder;
  #target: Controller | undefined = undefined;
  #isPaused = false;
  #isAborted = false;
  #reason: Error | null = null;
  #rawHeaders: Raw = null;

  constructor(holder: ReinsHolder) {
    this.#holder = holder;
  }

  /** The controller of the try that is under way; undefined between tries. */
  get target(): Controller | undefined {
    return this.#target;
  }

  set target(target: Controller | undefined) {
    this.#target = target;
    if (this.#isPaused) target?.pause();
  }

  get aborted(): boolean {
    return this.#isAborted || (this.#target?.aborted ?? false);
  }

  get paused(): boolean {
    return this.#isPaused || (this.#target?.paused ?? false);
  }

  get reason(): Error | null {
    return this.#reason ?? this.#target?.reason ?? null;
  }

  get rawHeaders(): Raw {
    return this.#rawHeaders ?? this.#target?.rawHeaders ?? null;
  }

  set rawHeaders(rawHeaders: Raw) {
    this.#rawHeaders = rawHeaders;
  }

  get rawTrailers(): Raw {
    return this.#target?.rawTrailers ?? null;
  }

  set rawTrailers(rawTrailers: Raw) {
    if (this.#target !== undefined) this.#target.rawTrailers = rawTrailers;
  }

  abort(reason: Error): void {
    if (this.#isAborted) return;
    this.#isAborted = true;
    // `pipeline` gives none; undici's own would be a RequestAbortedError.
    this.#reason = reason ?? abortError();
    this.#holder.onAbort(this.#reason);
  }

  pause(): void {
    this.#isPaused = true;
    this.#target?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#holder.onResume();
    this.#target?.resume();
  }
}

function abortError(): Error {
  return Object.assign(new Error("Request aborted"), { name: "AbortError", code: "UND_ERR_ABORTED" });
}
