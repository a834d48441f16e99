import { Subject } from "rxjs";
import { builtinModule } from "../builtin.js";
import type { SluiceEvent } from "./event.js";

/** The channel of `node:diagnostics_channel` that the events of every sluice of a process are published on. */
const CHANNEL = "sluice:event";

/** What is used of that module. */
interface DiagnosticsChannels {
  channel(name: string): { readonly hasSubscribers: boolean; publish(message: unknown): void };
}

/**
 * Where all that happens is told: to whoever has subscribed to `event$`, and to whoever in the process has subscribed to
 * the channel without having the sluice in hand, as tracers have. An event is made only where there is one of the two.
 */
export class Events extends Subject<SluiceEvent> {
  readonly #channel = builtinModule<DiagnosticsChannels>("node:diagnostics_channel")?.channel(CHANNEL);
  #isOver = false;

  override get observed(): boolean {
    return super.observed || this.#isPublished;
  }

  override next(event: SluiceEvent): void {
    super.next(event);
    if (this.#isPublished) this.#channel?.publish(event);
  }

  override complete(): void {
    this.#isOver = true;
    super.complete();
  }

  get #isPublished(): boolean {
    return this.#channel?.hasSubscribers === true && !this.#isOver;
  }
}
