import type { AnswerSpec } from "../server/answers.js";
import type { Fault } from "../server/fault.js";
import type { ScheduledMove } from "../server/move.js";
import type { LimitSpec } from "../server/spec.js";
import type { HeaderSpec } from "../server/speech.js";
import type { Scenario } from "../world/scenario.js";
import type { WorkloadSpec } from "../world/workload.js";
import { type Advertised, advertisedLimit } from "./advertised.js";
import { answersOf } from "./answer-times.js";
import { fitLimit } from "./limit-kind.js";
import { LogError } from "./log.js";
import type { EventLog } from "./read-log.js";
import { workloadOf } from "./recorded-workload.js";
import { type LimitStep, segmentLimit } from "./segments.js";
import { outcomeOf, type TracedTry, tracedTries } from "./trace.js";
import { type Troubles, troublesOf } from "./troubles.js";

/** A server and its users, as a log lets one guess them. */
export interface ServerEstimate {
  /** Runs as any other; plain data. */
  readonly scenario: Scenario;
  readonly keys: readonly KeyEstimate[];
  /** What a reader should know of the guess, in sentences. */
  readonly notes: readonly string[];
}

/** What was guessed of one key: its model in the scenario has the same name. */
export interface KeyEstimate {
  readonly key: string;
  /** Where the limit is from. `reached`: nobody was refused, so that it is no lower than what was accepted. */
  readonly source: "headers" | "refusals" | "reached";
  readonly steps: readonly LimitStep[];
  readonly limit: LimitSpec;
  /** Part of the tries that this limit would have decided otherwise than the server did. */
  readonly misjudged: number;
  readonly answers: AnswerSpec;
  readonly troubles: Troubles;
  readonly isSaturated: boolean;
  readonly provider: string | undefined;
}

/** Headers and refusals that differ by more don't speak of the same limit. */
const AGREEMENT = 0.25;
/** A key with fewer tries has no story to tell. */
const TRIES_MIN = 20;

/**
 * Makes a model of the server and its users from a log: limits over time, how they refill, answers, troubles, and who asked
 * when.
 *
 * @throws LogError where there is too little to learn from
 */
export function estimateServer(log: EventLog, name = "recorded"): ServerEstimate {
  const byKey = new Map<string, TracedTry[]>();
  const all = tracedTries(log);
  for (const each of all) {
    const known = byKey.get(each.sent.key);
    if (known === undefined) byKey.set(each.sent.key, [each]);
    else known.push(each);
  }
  const told = [...byKey].filter(([, tries]) => tries.length >= TRIES_MIN);
  if (told.length === 0) {
    throw new LogError(`the log has ${all.length} sends; a model of the server needs ${TRIES_MIN} to one key at least`);
  }
  const durationMs = Math.max(1_000, Math.ceil(log.events.at(-1)?.atMs ?? 0));
  const notes: string[] = [];
  const parts: WorkloadSpec[] = [];
  const keys = told.map(([key, tries]): KeyEstimate => {
    const { isSaturated, parts: own } = workloadOf(tries, key, durationMs);
    parts.push(...own);
    return { key, isSaturated, ...limitOf(key, tries, durationMs, notes), ...restOf(key, tries) };
  });
  const few = byKey.size - told.length;
  if (few > 0) notes.push(`${few} of ${byKey.size} keys had fewer than ${TRIES_MIN} sends, and are left out`);
  return { scenario: scenarioOf({ name, durationMs, keys, parts, tries: all }), keys, notes };
}

type LimitPart = Pick<KeyEstimate, "source" | "steps" | "limit" | "misjudged">;

function limitOf(key: string, tries: readonly TracedTry[], durationMs: number, notes: string[]): LimitPart {
  const told = advertisedLimit(tries);
  const found = segmentLimit(tries, durationMs);
  const inFlightMax = saturationOf(tries);
  const atOnce = inFlightMax === undefined ? {} : { inFlightMax };
  const fitTo = (steps: readonly LimitStep[], source: KeyEstimate["source"], from?: Advertised): LimitPart => {
    const known = {
      isTold: source !== "refusals",
      ...(from && { windowMs: from.windowMs, resetAtMs: from.resetAtMs }),
    };
    const { limit, steps: fitted, misjudged } = fitLimit(tries, steps, known);
    const rounded = fitted.map(({ atMs, requestsPerSecond }) => ({
      atMs: Math.round(atMs),
      requestsPerSecond: Number(requestsPerSecond.toPrecision(4)),
    }));
    const first = rounded[0]?.requestsPerSecond ?? 1;
    const tokens = from?.tokensPerSecond === undefined ? {} : { tokensPerSecond: from.tokensPerSecond };
    const whole = { ...limit, requestsPerSecond: first, ...tokens, ...atOnce } as LimitSpec;
    return { source, steps: rounded, limit: whole, misjudged };
  };
  const byHeaders = told && fitTo(told.steps, "headers", told);
  if (byHeaders !== undefined && (found === undefined || agree(told?.steps ?? [], found, durationMs))) return byHeaders;
  if (found !== undefined) {
    const byRefusals = fitTo(found, "refusals");
    if (byHeaders !== undefined) {
      // A window that is spent at once looks like a limit that moves, which explains less than the window does.
      if (byHeaders.misjudged <= byRefusals.misjudged) return byHeaders;
      notes.push(
        `${key}: headers tell of another limit than the one that refuses; the model has the latter, and no headers`,
      );
    }
    return byRefusals;
  }
  notes.push(
    inFlightMax === undefined
      ? `${key}: nobody was refused, so that the limit is unknown; the model has the most that was accepted in ten seconds`
      : `${key}: only the number under way was ever refused; the rate of the model is the most that was accepted in ten seconds`,
  );
  return fitTo([{ atMs: 0, requestsPerSecond: mostAccepted(tries) }], "reached");
}

/** Whether two stories of a limit are about the same, over most of the time. */
function agree(one: readonly LimitStep[], other: readonly LimitStep[], durationMs: number): boolean {
  let same = 0;
  const looks = 50;
  for (let look = 0; look < looks; look++) {
    const atMs = ((look + 0.5) * durationMs) / looks;
    if (Math.abs(Math.log(limitAt(one, atMs) / limitAt(other, atMs))) < AGREEMENT) same++;
  }
  return same > looks / 2;
}

/** The limit of steps at an instant. */
export function limitAt(steps: readonly LimitStep[], atMs: number): number {
  return (steps.findLast((step) => step.atMs <= atMs) ?? steps[0])?.requestsPerSecond ?? Number.NaN;
}

function mostAccepted(tries: readonly TracedTry[]): number {
  const atMs = tries.filter((each) => outcomeOf(each) === "accepted").map(({ sent }) => sent.atMs);
  let most = 1;
  let from = 0;
  for (let until = 0; until < atMs.length; until++) {
    while ((atMs[from] ?? 0) <= (atMs[until] ?? 0) - 10_000) from++;
    most = Math.max(most, until - from + 1);
  }
  return most / 10;
}

/** How many were under way when there were too many: the least that was refused. */
function saturationOf(tries: readonly TracedTry[]): number | undefined {
  const inFlight = tries
    .filter((each) => outcomeOf(each) === "saturated")
    .map(({ sent }) => sent.inFlight - 1)
    .sort((a, b) => a - b);
  return inFlight.length === 0 ? undefined : Math.max(1, inFlight[inFlight.length >> 1] ?? 1);
}

function restOf(key: string, tries: readonly TracedTry[]): Pick<KeyEstimate, "answers" | "troubles" | "provider"> {
  const provider = tries.find(({ response }) => response?.provider !== undefined)?.response?.provider;
  return { answers: answersOf(tries), troubles: troublesOf(tries, key), provider };
}

function scenarioOf(from: {
  readonly name: string;
  readonly durationMs: number;
  readonly keys: readonly KeyEstimate[];
  readonly parts: readonly WorkloadSpec[];
  readonly tries: readonly TracedTry[];
}): Scenario {
  const { name, durationMs, keys, parts, tries } = from;
  const [first] = keys;
  if (first === undefined) throw new Error("BUG: an estimate of no key");
  const moves = keys.flatMap(({ key, steps, troubles }): readonly ScheduledMove[] => [
    ...steps.slice(1).map((step) => ({ ...step, model: key })),
    ...troubles.outages,
  ]);
  const schedule = moves.filter(({ atMs }) => atMs < durationMs).sort((a, b) => a.atMs - b.atMs);
  const faults = keys.flatMap(({ troubles }): readonly Fault[] => troubles.faults);
  const headers = headersOf(keys, tries);
  const changesMs = [...new Set(schedule.filter((each) => each.outageMs === undefined).map(({ atMs }) => atMs))];
  return {
    name,
    story: "A server and its users, guessed from a log: the limit that is drawn as the true one is that guess.",
    durationMs,
    server: {
      limit: first.limit,
      ...(keys.length > 1 && { limits: Object.fromEntries(keys.map(({ key, limit }) => [key, limit])) }),
      answers: first.answers,
      ...(keys.length > 1 && { answersOf: Object.fromEntries(keys.map(({ key, answers }) => [key, answers])) }),
      ...(headers !== undefined && { headers }),
      ...(schedule.length > 0 && { schedule }),
      ...(faults.length > 0 && { faults }),
    },
    clients: [{ workload: parts }],
    ...(changesMs.length > 0 && { changesMs }),
    bounds: [],
  };
}

/** Headers as those of the keys whose limit they told. */
function headersOf(keys: readonly KeyEstimate[], tries: readonly TracedTry[]): HeaderSpec | undefined {
  const honest = keys.find(({ source, provider }) => source === "headers" && provider !== undefined);
  if (honest?.provider === undefined) return undefined;
  const isTold = tries.some((each) => outcomeOf(each) === "accepted" && (each.response?.quotas.length ?? 0) > 0);
  return { provider: honest.provider, era: isTold ? "every" : "refusals" };
}
