import { accountOf } from "../../src/adapter/identity.js";
import { completeOptions } from "../../src/complete.js";
import { dialectAt } from "../../src/dialect/catalog.js";
import type { DecisionEvent, ResponseEvent, SentEvent } from "../../src/flow/event.js";
import { Playback, type PlayedRequest } from "../../src/flow/playback.js";
import { Reader } from "../../src/flow/reader.js";
import type { LiveTry } from "../../src/flow/try.js";
import type { Signal } from "../../src/signal/signal.js";
import { createVirtualClock } from "../clock.js";
import { seededRandom } from "../random.js";
import type { ScenarioOptions } from "../world/scenario.js";
import type { LoggedEvent } from "./log.js";
import type { EventLog } from "./read-log.js";

/** What another control would have allowed, at each recorded send and second. */
export interface OpenLoop {
  readonly decisions: readonly DecisionEvent[];
  /** By key, in order of time. */
  readonly rates: ReadonlyMap<string, readonly RatePoint[]>;
}

/** What a key was allowed at an instant, in requests a second. */
export interface RatePoint {
  readonly atMs: number;
  readonly ratePerSecond: number;
}

/** Rates move between sends too: they are looked at this often. */
const LOOK_MS = 1_000;
/** A difference of two instants, taken off again, may miss the first by a rounding error. */
const ROUNDING_MS = 1e-3;

/**
 * Hands each recorded send and response to the production code that makes rates of them, at the recorded instants, under
 * other options. Open loop: what it decides changes nothing of what was sent.
 *
 * @throws SluiceError `ERR_SLUICE_OPTION`
 */
export function playOpenLoop(log: EventLog, options: ScenarioOptions, seed = 1): OpenLoop {
  const player = new Player(log, options, seed);
  for (const [index, event] of log.events.entries()) player.play(event, index);
  return { decisions: player.decisions, rates: player.rates };
}

/** A send that is still to come. */
interface Coming {
  /** Since when it could have gone. */
  readonly sinceMs: number;
  /** The same of whoever waits longest among it and those after it. */
  longestMs: number;
  readonly request: PlayedRequest;
}

/** Somebody came. */
interface Arrival {
  readonly atMs: number;
  readonly key: string;
}

class Player {
  readonly decisions: DecisionEvent[] = [];
  readonly rates = new Map<string, RatePoint[]>();
  readonly #clock;
  readonly #options: ScenarioOptions;
  readonly #seed: number;
  readonly #restarts: ReadonlySet<number>;
  /** Of each key, what is still to be sent, the next one last. */
  readonly #coming = new Map<string, Coming[]>();
  /** When somebody came who had to wait, the next one last. */
  readonly #arrivals: Arrival[] = [];
  #playback: Playback;
  #live = new Map<number, LiveTry>();
  #lookAtMs = 0;

  constructor({ events, wallStartMs, restarts }: EventLog, options: ScenarioOptions, seed: number) {
    this.#clock = createVirtualClock({ wallStartMs });
    this.#options = options;
    this.#seed = seed;
    this.#restarts = new Set(restarts);
    for (const event of events) {
      if (event.type !== "sent" || event.isForeign === true) continue;
      const coming = this.#coming.get(event.key) ?? [];
      this.#coming.set(event.key, coming);
      const sinceMs = event.atMs - event.waitMs - ROUNDING_MS;
      coming.push({ sinceMs, longestMs: sinceMs, request: requestOf(event, options.provider) });
      if (event.waitMs > 0) this.#arrivals.push({ atMs: event.atMs - event.waitMs, key: event.key });
    }
    this.#arrivals.sort((one, other) => other.atMs - one.atMs);
    for (const coming of this.#coming.values()) {
      let longestMs = Number.POSITIVE_INFINITY;
      for (const each of coming.reverse()) {
        longestMs = Math.min(longestMs, each.sinceMs);
        each.longestMs = longestMs;
      }
    }
    this.#playback = this.#begin();
  }

  play(event: LoggedEvent, index: number): void {
    if (this.#restarts.has(index)) {
      this.#playback = this.#begin();
      this.#live = new Map();
    }
    for (; this.#lookAtMs <= event.atMs; this.#lookAtMs += LOOK_MS) {
      this.#runTo(this.#lookAtMs);
      this.#lookAtAll();
    }
    this.#runTo(event.atMs);
    switch (event.type) {
      case "sent":
        if (event.isForeign !== true) this.#coming.get(event.key)?.pop();
        this.#live.set(event.request, this.#playback.send(requestOf(event, this.#options.provider)));
        break;
      case "response":
        this.#respond(event);
        break;
      case "retry":
        this.#finish(event.request, undefined);
        break;
      case "settled":
        this.#finish(event.request, event.actual);
        break;
      case "dropped":
        this.#finish(event.request, undefined);
        break;
      default:
        return;
    }
    this.#lookAhead(event.key, event.atMs);
  }

  /** Whoever comes meanwhile is looked at, as the loop does: from then on they are held by what is known. */
  #runTo(untilMs: number): void {
    for (let next = this.#arrivals.at(-1); next !== undefined && next.atMs <= untilMs; next = this.#arrivals.at(-1)) {
      this.#arrivals.pop();
      this.#clock.run(next.atMs);
      this.#lookAhead(next.key, next.atMs);
    }
    this.#clock.run(untilMs);
  }

  /** The dice are thrown anew in each process, as they were. */
  #begin(): Playback {
    const random = seededRandom(`${this.#seed}/replay`);
    const complete = completeOptions({ ...this.#options, clock: this.#clock, random });
    const playback = new Playback(complete, new Reader(complete.provider));
    playback.event$.subscribe((event) => {
      if (event.type === "decision") this.decisions.push(event);
      else if (event.type === "sent") this.#add(event.key, event.ratePerSecond);
    });
    return playback;
  }

  #respond(event: ResponseEvent): void {
    const live = this.#live.get(event.request);
    if (live === undefined) return;
    const { status, isOwn = false, provider, dice } = event;
    this.#playback.respond(live, { signal: signalOf(event), status, isOwn, provider, dice });
  }

  #finish(request: number, actual: Parameters<Playback["finish"]>[1]): void {
    const live = this.#live.get(request);
    if (live === undefined) return;
    this.#playback.finish(live, actual);
    this.#live.delete(request);
  }

  /** The loop looks at a key whenever something has happened there: who waits is held by what is known by then. */
  #lookAhead(key: string, atMs: number): void {
    const coming = this.#coming.get(key) ?? [];
    if ((coming.at(-1)?.longestMs ?? Number.POSITIVE_INFINITY) > atMs) return;
    const next = coming.findLast(({ sinceMs }) => sinceMs <= atMs);
    if (next !== undefined) this.#playback.look(next.request);
  }

  #lookAtAll(): void {
    for (const { key, dimension, ratePerSecond } of this.#playback.budgets()) {
      if (dimension === "requests" && ratePerSecond !== undefined) this.#add(key, ratePerSecond);
    }
  }

  #add(key: string, ratePerSecond: number): void {
    const points = this.rates.get(key) ?? [];
    this.rates.set(key, points);
    const atMs = this.#clock.now();
    if (points.at(-1)?.ratePerSecond !== ratePerSecond || points.at(-1)?.atMs !== atMs)
      points.push({ atMs, ratePerSecond });
  }
}

function requestOf(event: SentEvent, provider: ScenarioOptions["provider"]): PlayedRequest {
  const { key, cost, endpoint: name, isForeign = false, lateMs = 0 } = event;
  const host = hostOf(key);
  const endpoint = dialectAt(provider, host)?.endpoints?.find((row) => row.name === name);
  const place = endpoint === undefined ? undefined : { endpoint, account: accountOf(key) };
  return { key, cost, host, place, isForeign, lateMs };
}

/** The key that `fetch` makes begins with the origin. */
function hostOf(key: string): string | undefined {
  const [origin = ""] = key.split("|");
  return /^https?:\/\//.test(origin) && URL.canParse(origin) ? new URL(origin).hostname : undefined;
}

function signalOf({ outcome, retryAfterMs, retryAfterDerived, refused, quotas }: ResponseEvent): Signal {
  return {
    outcome,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(retryAfterDerived === undefined ? {} : { retryAfterDerived }),
    ...(refused === undefined ? {} : { refused }),
    quotas,
  };
}
