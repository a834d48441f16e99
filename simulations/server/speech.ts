import { dialectOfName } from "../../src/dialect/catalog.js";
import { NO_HEADERS } from "../../src/signal/headers.js";
import type { Quota, ResponseFacts } from "../../src/signal/signal.js";
import { seededRandom } from "../random.js";
import { type Fault, faultHeaders, statedBy } from "./fault.js";
import { createLiar, type Liar } from "./liar.js";
import type { Lie } from "./lie.js";
import type { Admission, Arrival } from "./limit.js";
import { createVoice, type HeaderEra, type Voice } from "./voice.js";

/** Which headers a simulated server sends, and how far they are to be trusted. */
export interface HeaderSpec {
  /** Whose words it uses: any dialect's name. */
  readonly provider: string;
  /** Which responses carry them. Default `every`. */
  readonly era?: HeaderEra;
  /** Whether clients see by the host whom they talk to. Default false: they find out by the headers, or are told. */
  readonly isHostKnown?: boolean;
  /** To what the server rounds resets before it words them: up or down to whole seconds. Default `none`. */
  readonly rounding?: "ceil" | "floor" | "none";
  /** In how far they lie. Default: they don't. */
  readonly lies?: readonly Lie[];
}

/** A try as it was decided, which is to be worded. */
export interface Said {
  readonly nowMs: number;
  readonly model: string;
  readonly arrival: Arrival;
  readonly admission: Admission;
  readonly fault: Fault | undefined;
  /** When the headers leave, in milliseconds after `nowMs`. */
  readonly leavesInMs: number;
}

/** Words what a server in virtual time decided. */
export interface Speech {
  /** What a client sees of it. */
  facts(said: Said): ResponseFacts;
  /** An answer from elsewhere than the limit. */
  failure(kind: FailureKind): ResponseFacts;
  /** A stream that begins as any other, and carries an error. */
  errorInStream(facts: ResponseFacts): ResponseFacts;
}

/** What can come from elsewhere than the limit. */
export type FailureKind = "status-500" | "status-502" | "status-504" | "exhausted";

const DATES_MAX = 10_000;
const STREAM_ERROR = `data: ${JSON.stringify({
  error: { message: "The model is overloaded.", type: "overloaded_error", param: null, code: 503 },
})}\n\n`;

/** What a speech is made with. */
export interface SpeechParts {
  readonly seed: string;
  readonly wallStartMs: number;
  /** The budgets of whoever sent a try, as they stand. Asked only where headers are told. */
  readonly quotasOf: (said: Said) => readonly Quota[];
}

/** Makes the speech of a server; without a spec it states no header, and says as little as a status does. */
export function createSpeech(spec: HeaderSpec | undefined, parts: SpeechParts): Speech {
  return spec === undefined ? plainSpeech() : headerSpeech(spec, parts);
}

/** The same few facts again and again: a saturated world of millions of tries makes none anew. */
function plainSpeech(): Speech {
  const voice = createVoice("openai", "none");
  const accepted: ResponseFacts = { status: 200, headers: NO_HEADERS };
  const throttled: ResponseFacts = { status: 429, headers: NO_HEADERS };
  const overloaded: ResponseFacts = { status: 503, headers: NO_HEADERS };
  const failures = failuresOf(voice, {});

  function refusal(admission: Admission, model: string): ResponseFacts {
    const { status, json } = voice.refusal({ admission, quotas: [], dateMs: 0 }, model);
    return { status, headers: NO_HEADERS, body: json };
  }

  return {
    facts({ admission, fault, model }) {
      const headers = fault === undefined ? undefined : faultHeadersOf(fault, admission);
      if (headers !== undefined) return { status: statusOf(admission), headers };
      if (admission.outcome === "accepted") return accepted;
      if (admission.outcome === "overloaded") return overloaded;
      if (admission.outcome === "saturated") return refusal(admission, model);
      const { dimension = "requests", neverFits = false } = admission.refused ?? {};
      return dimension === "requests" && !neverFits ? throttled : refusal(admission, model);
    },
    failure: (kind) => failures[kind],
    errorInStream: (facts) => ({ ...facts, body: STREAM_ERROR }),
  };
}

/** A wait that a fault states; other headers that it brings are nothing without a provider's. */
function faultHeadersOf(fault: Fault, admission: Admission): Readonly<Record<string, string>> | undefined {
  const stated = statedBy(fault, admission);
  if (stated !== admission) return { "retry-after": String(Math.ceil((stated.retryAfterMs ?? 0) / 1000)) };
  return faultHeaders(fault.kind);
}

function headerSpeech(spec: HeaderSpec, { seed, wallStartMs, quotasOf }: SpeechParts): Speech {
  const { provider, era = "every", rounding = "none", lies = [] } = spec;
  const voice = createVoice(provider, era);
  const liars = new Map<string, Liar>();
  const dates = new Dates();
  const host = spec.isHostKnown === true ? dialectOfName(provider)?.hosts?.[0] : undefined;
  const hosted = host === undefined ? {} : { host };
  const failures = failuresOf(voice, hosted);

  function liarOf(model: string): Liar {
    const known = liars.get(model);
    if (known !== undefined) return known;
    const liar = createLiar(lies, seededRandom(`${seed}/lies/${model}`));
    liars.set(model, liar);
    return liar;
  }

  function headersOf(said: Said, quotas: readonly Quota[] | undefined): Readonly<Record<string, string>> {
    const date = { date: dates.at(wallStartMs + said.nowMs + said.leavesInMs) };
    const admission = statedBy(said.fault, said.admission);
    const fixed = said.fault === undefined ? undefined : faultHeaders(said.fault.kind);
    if (fixed !== undefined) return { ...date, ...fixed };
    if (quotas === undefined) return date;
    return { ...date, ...voice.headers({ admission, quotas, dateMs: wallStartMs + said.nowMs }) };
  }

  return {
    facts(said) {
      const { nowMs, admission, model, arrival } = said;
      const isAccepted = admission.outcome === "accepted";
      const liar = lies.length === 0 ? undefined : liarOf(model);
      const isTold = liar !== undefined || voice.tellsQuotas(admission.outcome);
      const truth = isTold ? quotasOf(said) : [];
      const occasion = { nowMs, key: arrival.key, cost: arrival.cost, isAccepted };
      const told = liar === undefined ? truth : liar.bend(truth, occasion);
      const quotas = told?.map((quota) => withRounding(quota, rounding));
      const written = headersOf(said, quotas);
      const headers = liar === undefined ? written : liar.garble(written, nowMs);
      if (isAccepted) return { status: 200, headers, ...hosted };
      const stated = statedBy(said.fault, admission);
      const { status, json } = voice.refusal({ admission: stated, quotas: quotas ?? [], dateMs: 0 }, model);
      return { status, headers, body: json, ...hosted };
    },
    failure: (kind) => failures[kind],
    errorInStream: (facts) => ({ ...facts, body: STREAM_ERROR }),
  };
}

/** Instants in words, which many answers of the same second share. */
class Dates {
  readonly #words = new Map<number, string>();

  at(wallMs: number): string {
    const second = Math.floor(wallMs / 1000);
    const known = this.#words.get(second);
    if (known !== undefined) return known;
    if (this.#words.size >= DATES_MAX) this.#words.clear();
    const words = new Date(second * 1000).toUTCString();
    this.#words.set(second, words);
    return words;
  }
}

function withRounding(quota: Quota, rounding: "ceil" | "floor" | "none"): Quota {
  if (rounding === "none" || quota.resetInMs === undefined) return quota;
  return { ...quota, resetInMs: Math[rounding](quota.resetInMs / 1000) * 1000 };
}

function statusOf({ outcome }: Admission): number {
  if (outcome === "accepted") return 200;
  return outcome === "overloaded" ? 503 : 429;
}

function failuresOf(voice: Voice, hosted: { readonly host?: string }): Readonly<Record<FailureKind, ResponseFacts>> {
  const plain = (status: number, message: string): ResponseFacts => ({
    status,
    headers: NO_HEADERS,
    body: { error: { message, type: "server_error", param: null, code: null } },
    ...hosted,
  });
  const { status, json } = voice.exhausted();
  return {
    "status-500": plain(500, "internal error"),
    "status-502": { status: 502, headers: { "content-type": "text/html" }, body: "502 Bad Gateway", ...hosted },
    "status-504": plain(504, "the upstream server is timing out"),
    exhausted: { status, headers: NO_HEADERS, body: json, ...hosted },
  };
}
