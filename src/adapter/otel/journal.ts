import { context } from "@opentelemetry/api";
import type { Clock } from "../../clock.js";
import type {
  DroppedEvent,
  QueuedEvent,
  ResponseEvent,
  SentEvent,
  SettledEvent,
  SluiceEvent,
} from "../../flow/event.js";
import type { Journey } from "./journey.js";
import type { Answer, Watcher } from "./watcher.js";

/** The events that tell of one request. */
type RequestEvent = Extract<SluiceEvent, { readonly request: number }>;

/** Makes the story of each request of the events that tell it piece by piece. What was under way before is left out. */
export class Journal {
  readonly #clock: Clock;
  readonly #watchers: readonly Watcher[];
  readonly #open = new Map<number, Journey>();

  constructor(clock: Clock, watchers: readonly Watcher[]) {
    this.#clock = clock;
    this.#watchers = watchers;
  }

  take(event: SluiceEvent): void {
    if (!("request" in event)) return;
    if (event.type === "queued") {
      const journey = this.#begin(event, event.atMs);
      return this.#wait(journey, event.atMs);
    }
    const journey = this.#open.get(event.request);
    if (journey !== undefined) this.#goOn(journey, event);
    // Refused at its call, it was never queued.
    else if (event.type === "dropped") this.#drop(this.#begin(event, event.atMs - event.durationMs), event);
  }

  /** Nothing more will be told: whatever is still under way is let go of. */
  close(): void {
    const lostAtMs = this.#clock.wallNow();
    for (const journey of this.#open.values()) this.#tell((watcher) => watcher.onLost(journey, lostAtMs));
    this.#open.clear();
  }

  #begin({ request, key, target, atMs }: QueuedEvent | DroppedEvent, calledAtMs: number): Journey {
    const journey = {
      number: request,
      key,
      target,
      context: context.active(),
      originMs: this.#clock.wallNow() - atMs,
      calledAtMs,
      waitsSinceMs: undefined,
      sentAtMs: undefined,
      attempt: 0,
      isAnswered: false,
      last: {},
      provider: undefined,
      inFlightMs: 0,
    };
    this.#open.set(request, journey);
    this.#tell((watcher) => watcher.onCall(journey));
    return journey;
  }

  #goOn(journey: Journey, event: Exclude<RequestEvent, QueuedEvent>): void {
    switch (event.type) {
      case "sent":
        return this.#send(journey, event);
      case "response":
        return this.#hear(journey, event);
      case "retry":
        this.#free(journey, event.atMs);
        return this.#wait(journey, event.atMs);
      case "settled":
        return this.#settle(journey, event);
      case "dropped":
        return this.#drop(journey, event);
    }
  }

  #send(journey: Journey, event: SentEvent): void {
    this.#endWait(journey, event.atMs);
    journey.attempt = event.attempt;
    journey.sentAtMs = event.atMs;
    journey.isAnswered = false;
    journey.last = {};
    this.#tell((watcher) => watcher.onSent(journey, event));
  }

  #hear(journey: Journey, event: ResponseEvent): void {
    const { atMs, status, outcome, error, retryAfterMs } = event;
    journey.provider = event.provider ?? journey.provider;
    journey.last = { outcome, status, error };
    if (!journey.isAnswered) this.#answer(journey, { atMs, retryAfterMs, ...journey.last });
  }

  #settle(journey: Journey, { atMs, outcome, actual, code }: SettledEvent): void {
    if (!journey.isAnswered) this.#answer(journey, { atMs, outcome });
    this.#free(journey, atMs);
    this.#end(journey, { atMs, ...journey.last, outcome, actual, code });
  }

  #drop(journey: Journey, { atMs, code }: DroppedEvent): void {
    this.#endWait(journey, atMs, code);
    if (journey.sentAtMs !== undefined && !journey.isAnswered) this.#answer(journey, { atMs, code });
    this.#free(journey, atMs);
    this.#end(journey, { atMs, code });
  }

  #wait(journey: Journey, atMs: number): void {
    journey.waitsSinceMs = atMs;
    this.#tell((watcher) => watcher.onWait(journey));
  }

  #endWait(journey: Journey, atMs: number, code?: string): void {
    const { waitsSinceMs: sinceMs } = journey;
    if (sinceMs === undefined) return;
    journey.waitsSinceMs = undefined;
    this.#tell((watcher) => watcher.onWaited(journey, { sinceMs, atMs, ...(code === undefined ? {} : { code }) }));
  }

  #answer(journey: Journey, answer: Omit<Answer, "sentAtMs">): void {
    journey.isAnswered = true;
    const { sentAtMs = answer.atMs } = journey;
    this.#tell((watcher) => watcher.onAnswered(journey, { sentAtMs, ...answer }));
  }

  #free(journey: Journey, atMs: number): void {
    if (journey.sentAtMs === undefined) return;
    journey.inFlightMs += atMs - journey.sentAtMs;
    journey.sentAtMs = undefined;
    this.#tell((watcher) => watcher.onFree(journey));
  }

  #end(journey: Journey, end: Parameters<Watcher["onEnd"]>[1]): void {
    this.#open.delete(journey.number);
    this.#tell((watcher) => watcher.onEnd(journey, end));
  }

  #tell(what: (watcher: Watcher) => void): void {
    for (const watcher of this.#watchers) what(watcher);
  }
}
