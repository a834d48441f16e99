import { type Context, type Span, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";
import type { SentEvent } from "../../flow/event.js";
import { type Beginning, ofRequest, ofTry, ofWait } from "./beginning.js";
import { type Ending, errorTypeOf, providerOf } from "./convention.js";
import { type Journey, wallMs } from "./journey.js";
import { ATTRIBUTES } from "./names.js";
import type { Answer, End, Wait, Watcher } from "./watcher.js";

/** The spans of one request: its own, in which the others stand, and that of its try. */
interface Trail {
  readonly request: Span;
  readonly inside: Context;
  attempt: Span | undefined;
}

/**
 * One span a request, from its call to its end, under whatever span was active at the call; inside it one for each wait that
 * took time, and one for each try.
 */
export class Spans implements Watcher {
  readonly #tracer: Tracer;
  readonly #withHttp: boolean;
  readonly #trails = new Map<Journey, Trail>();

  constructor(tracer: Tracer, withHttp: boolean) {
    this.#tracer = tracer;
    this.#withHttp = withHttp;
  }

  onCall(journey: Journey): void {
    const { context, calledAtMs } = journey;
    const request = this.#start(ofRequest(journey), wallMs(journey, calledAtMs), context);
    // Where nobody samples it, nothing inside it is worth its making.
    if (!request.isRecording()) return request.end();
    this.#trails.set(journey, { request, inside: trace.setSpan(context, request), attempt: undefined });
  }

  onWait(): void {}

  onWaited(journey: Journey, { sinceMs, atMs, code }: Wait): void {
    const trail = this.#trails.get(journey);
    if (trail === undefined || atMs <= sinceMs) return;
    finish(this.#start(ofWait(journey), wallMs(journey, sinceMs), trail.inside), journey, { atMs, code });
  }

  onSent(journey: Journey, event: SentEvent): void {
    const trail = this.#trails.get(journey);
    if (trail === undefined) return;
    const beginning = ofTry(this.#withHttp ? journey.target : undefined, event);
    trail.attempt = this.#start(beginning, wallMs(journey, event.atMs), trail.inside);
  }

  onAnswered(journey: Journey, answer: Answer): void {
    const trail = this.#trails.get(journey);
    if (trail?.attempt === undefined) return;
    const { status, outcome, retryAfterMs } = answer;
    if (status !== undefined) trail.attempt.setAttribute(ATTRIBUTES.status, status);
    if (outcome !== undefined) trail.attempt.setAttribute(ATTRIBUTES.outcome, outcome);
    if (retryAfterMs !== undefined) trail.attempt.setAttribute(ATTRIBUTES.retryAfter, retryAfterMs / 1_000);
    finish(trail.attempt, journey, answer);
    trail.attempt = undefined;
  }

  onFree(): void {}

  onEnd(journey: Journey, end: End): void {
    const trail = this.#trails.get(journey);
    if (trail === undefined) return;
    this.#trails.delete(journey);
    const { target, provider, attempt } = journey;
    const { inputTokens, outputTokens } = end.actual ?? {};
    trail.request.setAttributes({
      [ATTRIBUTES.outcome]: end.outcome ?? "dropped",
      [ATTRIBUTES.attempts]: attempt,
      ...(target?.operation === undefined ? {} : { [ATTRIBUTES.provider]: providerOf(provider) }),
      ...(inputTokens === undefined ? {} : { [ATTRIBUTES.inputTokens]: inputTokens }),
      ...(outputTokens === undefined ? {} : { [ATTRIBUTES.outputTokens]: outputTokens }),
    });
    finish(trail.request, journey, end);
  }

  /** Its end isn't known: the spans end without one. */
  onLost(journey: Journey, lostAtMs: number): void {
    const trail = this.#trails.get(journey);
    this.#trails.delete(journey);
    trail?.attempt?.end(lostAtMs);
    trail?.request.end(lostAtMs);
  }

  #start({ name, kind, attributes }: Beginning, startTime: number, inside: Context): Span {
    return this.#tracer.startSpan(name, { kind, attributes, startTime }, inside);
  }
}

function finish(span: Span, journey: Journey, ending: Ending & { readonly atMs: number }): void {
  const errorType = errorTypeOf(ending);
  if (errorType !== undefined) {
    span.setAttribute(ATTRIBUTES.errorType, errorType);
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end(wallMs(journey, ending.atMs));
}
