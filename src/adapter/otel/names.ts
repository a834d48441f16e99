import type { MetricAdvice } from "@opentelemetry/api";

/**
 * What everything is called: by OpenTelemetry's semantic conventions where they have a name, under `sluice.` where not.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/ and https://github.com/open-telemetry/semantic-conventions-genai
 */
export const ATTRIBUTES = {
  method: "http.request.method",
  resendCount: "http.request.resend_count",
  status: "http.response.status_code",
  errorType: "error.type",
  address: "server.address",
  port: "server.port",
  scheme: "url.scheme",
  operation: "gen_ai.operation.name",
  provider: "gen_ai.provider.name",
  model: "gen_ai.request.model",
  tokenType: "gen_ai.token.type",
  inputTokens: "gen_ai.usage.input_tokens",
  outputTokens: "gen_ai.usage.output_tokens",
  key: "sluice.key",
  dimension: "sluice.dimension",
  scope: "sluice.scope",
  outcome: "sluice.outcome",
  move: "sluice.move",
  because: "sluice.because",
  warning: "sluice.warning",
  attempt: "sluice.attempt",
  attempts: "sluice.attempts",
  after: "sluice.after",
  isProbe: "sluice.probe",
  ratePerSecond: "sluice.rate",
  retryAfter: "sluice.retry_after",
} as const;

/** One instrument. Units are UCUM's. */
export interface MetricName {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  readonly advice?: MetricAdvice;
}

const HTTP_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const OPERATION_SECONDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const TOKENS = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];
/** A queue may hold a request for minutes. */
const QUEUE_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

const boundaries = (explicitBucketBoundaries: number[]) => ({ advice: { explicitBucketBoundaries } });

export const METRICS = {
  httpDuration: {
    name: "http.client.request.duration",
    unit: "s",
    description: "One try, from its sending to the head of its response; a wait in the queue is no part of it.",
    ...boundaries(HTTP_SECONDS),
  },
  httpActive: {
    name: "http.client.active_requests",
    unit: "{request}",
    description: "Tries in flight: sent, and not yet over with all of their body.",
  },
  operationDuration: {
    name: "gen_ai.client.operation.duration",
    unit: "s",
    description: "The time that all tries of a request took, bodies included; no wait between them is part of it.",
    ...boundaries(OPERATION_SECONDS),
  },
  tokenUsage: {
    name: "gen_ai.client.token.usage",
    unit: "{token}",
    description: "Tokens that the response says were used.",
    ...boundaries(TOKENS),
  },
  requestDuration: {
    name: "sluice.request.duration",
    unit: "s",
    description: "A request from its call to its end: waits, tries and bodies.",
    ...boundaries(QUEUE_SECONDS),
  },
  queueDuration: {
    name: "sluice.queue.duration",
    unit: "s",
    description: "One wait in the local queue, before the first try or before another.",
    ...boundaries(QUEUE_SECONDS),
  },
  tryDuration: {
    name: "sluice.try.duration",
    unit: "s",
    description: "One try, from its sending to the head of its response.",
    ...boundaries(HTTP_SECONDS),
  },
  queueLength: {
    name: "sluice.queue.length",
    unit: "{request}",
    description: "Requests that wait in the local queue.",
  },
  inFlight: {
    name: "sluice.in_flight",
    unit: "{try}",
    description: "Tries in flight: sent, and not yet over with all of their body.",
  },
  rate: {
    name: "sluice.rate",
    unit: "{unit}/s",
    description: "What the controller allows, in units of the dimension a second.",
  },
  rateLimit: {
    name: "sluice.rate.limit",
    unit: "{unit}/s",
    description: "What the server advertised last, in units of the dimension a second.",
  },
  quotaRemaining: {
    name: "sluice.quota.remaining",
    unit: "{unit}",
    description: "What the server said last is left of a quota.",
  },
  throttled: {
    name: "sluice.throttled",
    unit: "{try}",
    description: "Tries that the server refused, by what it was: throttled, overloaded, saturated, exhausted.",
  },
  retries: {
    name: "sluice.retries",
    unit: "{retry}",
    description: "Requests that went back to the queue after a try, by what had become of that.",
  },
  decisions: {
    name: "sluice.decisions",
    unit: "{decision}",
    description: "Decisions of the controller, by move and reason.",
  },
  spent: {
    name: "sluice.spent",
    unit: "{unit}",
    description: "What responses say that requests really spent, by dimension.",
  },
  warnings: {
    name: "sluice.warnings",
    unit: "{warning}",
    description: "Advice and warnings, by their code.",
  },
} as const satisfies Record<string, MetricName>;

/** What stands for every value that isn't told apart, as in the conventions. */
export const OTHER = "_OTHER";
