import type { Clock } from "../../src/clock.js";
import { modelsOf } from "./catalog.js";
import { createDesk, type JobState } from "./desk.js";
import { type Order, plainPath, readCall } from "./endpoint.js";
import { createErrands } from "./errands.js";
import { errorAnswer } from "./errors.js";
import { createKnownNames } from "./known-names.js";
import type { LaneState, TraceLength } from "./lane.js";
import { limitsOf } from "./limits-of.js";
import { modelsAt } from "./model-list.js";
import type { Move, ScheduledMove } from "./move.js";
import { createOffer, type Offer } from "./offer.js";
import { createDirectory } from "./organisations.js";
import { plainReply } from "./plain-reply.js";
import { createPlatform } from "./platform.js";
import type { Answer, Call, JsonAnswer, Reply } from "./reply.js";
import { checkMoves } from "./schema.js";
import type { ServiceOptions } from "./service-options.js";
import { checkServiceOptions } from "./service-schema.js";
import { type Settings, settingsOf } from "./settings.js";
import { defaultSpec } from "./spec.js";
import { createSpeech } from "./speech.js";
import { createVoice, type HeaderEra } from "./voice.js";

/** Everything to be known about the server, as data. */
export interface ServiceState {
  /** Milliseconds since the start, of which the traces speak, and the wall time that this is. */
  readonly nowMs: number;
  readonly wallNowMs: number;
  readonly provider: string;
  readonly headers: HeaderEra;
  readonly seed: number;
  readonly isOut: boolean;
  /** One for each model and organisation that has asked for something. */
  readonly lanes: readonly LaneState[];
  /** Fine-tuning jobs and batches. */
  readonly jobs: readonly JobState[];
  /** What it was told to be; keys are shown as fingerprints. */
  readonly settings: Settings;
}

/** A request whose sender may be nobody that is known: it gets 401 then. */
export type Visit = Omit<Call, "organisation"> & { readonly organisation: string | undefined };

/** The simulated API without a wire: it decides, and says what is to be sent when. */
export interface Service {
  /** Answers a request that arrives now. */
  answer(visit: Visit): Reply;
  /** Whose a credential is (`Bearer …`, or a bare key); undefined where it needs one, and this isn't any. */
  organisationOf(credential: string | undefined): string | undefined;
  /**
   * Moves limits, capacity, latency, or begins an outage or a fault, now.
   *
   * @throws SluiceError `ERR_SLUICE_OPTION` for a move that makes no sense; nothing has moved then
   */
  move(move: Move): void;
  /** The same, later. */
  schedule(moves: readonly ScheduledMove[]): void;
  /** Its state; `traceSecondsMax` cuts each trace to its last seconds, all to as many or each to its own (default: an hour of them). */
  state(options?: { readonly traceSecondsMax?: TraceLength }): ServiceState;
}

const UNAUTHORIZED = errorAnswer(401, "no such API key: this server knows its organisations by their keys", {
  type: "authentication_error",
  code: "invalid_api_key",
});
/**
 * Makes a simulated API that lives by `clock`, real or virtual.
 *
 * @throws SluiceError `ERR_SLUICE_OPTION` for an option out of its range, a name that isn't known, or a key that is there twice
 */
export function createService(options: ServiceOptions, clock: Pick<Clock, "now" | "wallNow">): Service {
  checkServiceOptions(options);
  const { provider = "together", headers: era = "every", seed = 1 } = options;
  const voice = createVoice(provider, era);
  const { models = modelsOf(voice.provider), organisations = [] } = options;
  const names = createKnownNames(models, organisations);
  names.checkOptions(options);
  const organisationOf = createDirectory(options);
  const { faults = [], waves = [], neighbours = [], rounding = "none", lies = [] } = options;
  let offer: Offer | undefined;
  const platform = createPlatform({
    ...limitsOf(options, { models, era, standard: defaultSpec(voice.traits) }),
    faults,
    waves,
    neighbours,
    seed,
    beforeMove: (atMs) => offer?.advance(atMs),
    onMove: (move) => offer?.move(move),
  });
  const offered = createOffer(platform, { ...options, models, seed });
  offer = offered;
  platform.schedule(0, options.schedule ?? []);
  const startMs = clock.now();
  const wallStartMs = clock.wallNow();
  const speech = createSpeech(
    { provider, era, rounding, lies },
    {
      seed: `${seed}`,
      wallStartMs,
      quotasOf: ({ nowMs, model, arrival }) => platform.limitOf(model).quotas(nowMs, arrival.key),
    },
  );
  const desk = createDesk(options, {
    saturated: (message) => voice.saturated(message),
    wallMs: (atMs) => clock.wallNow() - (clock.now() - startMs) + atMs,
    isTogether: provider === "together",
    run: inBatch,
  });
  const settings = settingsOf({ ...options, provider, headers: era, models });
  const run = createErrands({ platform, speech, voice, proxy: options.proxy, present });
  let answers = 0;

  /** Milliseconds since the start, with everything carried out that was scheduled until then. */
  function present(): number {
    const nowMs = clock.now() - startMs;
    platform.catchUp(nowMs);
    return nowMs;
  }

  function reply(answer: Answer): Reply {
    return plainReply(answer, { afterMs: offered.times.refusalMs() });
  }

  function read(call: Call): Order | JsonAnswer {
    const id = `sim-${seed}-${++answers}`;
    return readCall(call, offered.models, { seed, id, created: Math.floor(clock.wallNow() / 1000) });
  }

  /** A request of a batch has no limit, and whoever ordered it isn't charged by the second. */
  function inBatch(path: string, body: unknown): JsonAnswer {
    const order = read({ method: "POST", path, organisation: "", body });
    return "status" in order ? order : { status: 200, json: order.work.whole() };
  }

  function answer({ path, organisation, ...rest }: Visit): Reply {
    const nowMs = present();
    if (organisation === undefined) return reply(voice.complaint(UNAUTHORIZED));
    const call = { ...rest, organisation, path: plainPath(path) };
    const listed = call.method === "GET" ? modelsAt(call.path, provider, models) : undefined;
    if (listed !== undefined) return reply(listed.status === 200 ? listed : voice.complaint(listed));
    const kept = desk.answer(nowMs, call);
    if (kept !== undefined) return reply(kept);
    const order = read(call);
    return "status" in order ? reply(voice.complaint(order)) : run({ order, organisation });
  }

  function schedule(moves: readonly ScheduledMove[]): void {
    const checked = checkMoves(moves);
    names.checkMoves(checked);
    platform.schedule(present(), checked);
  }

  return {
    answer,
    organisationOf,
    move: (move) => schedule([{ ...move, atMs: 0 }]),
    schedule,
    state({ traceSecondsMax = Number.POSITIVE_INFINITY } = {}) {
      const nowMs = present();
      const lanes = [...offered.models.values()].flatMap((model) => model.lanes.state(nowMs, traceSecondsMax));
      return {
        nowMs,
        wallNowMs: clock.wallNow(),
        provider,
        headers: era,
        seed,
        isOut: platform.isOut,
        lanes,
        jobs: desk.state(nowMs),
        settings,
      };
    },
  };
}
