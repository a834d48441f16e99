import { type Attributes, SpanKind } from "@opentelemetry/api";
import type { SentEvent } from "../../flow/event.js";
import type { RequestTarget } from "../../flow/job.js";
import { methodOf } from "./convention.js";
import type { Journey } from "./journey.js";
import { ATTRIBUTES } from "./names.js";

/** What a span begins with. */
export interface Beginning {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
}

/** Of a request: an AI operation by its conventions, where it is known to be one. */
export function ofRequest({ key, target }: Journey): Beginning {
  const attributes = { [ATTRIBUTES.key]: key, ...serverOf(target) };
  if (target?.operation === undefined) return { name: "sluice request", kind: SpanKind.INTERNAL, attributes };
  const { operation, model } = target;
  return {
    name: model === undefined ? operation : `${operation} ${model}`,
    kind: SpanKind.CLIENT,
    attributes: {
      ...attributes,
      [ATTRIBUTES.operation]: operation,
      ...(model === undefined ? {} : { [ATTRIBUTES.model]: model }),
    },
  };
}

/** Of a wait: what had become of the try before, if there was one. */
export function ofWait({ last: { outcome } }: Journey): Beginning {
  const attributes: Attributes = outcome === undefined ? {} : { [ATTRIBUTES.after]: outcome };
  return { name: "sluice wait", kind: SpanKind.INTERNAL, attributes };
}

/** Of a try: an HTTP request by its conventions, where `target` tells that it is one. */
export function ofTry(target: RequestTarget | undefined, { attempt, isProbe, ratePerSecond }: SentEvent): Beginning {
  const attributes: Attributes = {
    [ATTRIBUTES.attempt]: attempt,
    [ATTRIBUTES.ratePerSecond]: ratePerSecond,
    ...(isProbe ? { [ATTRIBUTES.isProbe]: true } : {}),
    ...(attempt > 1 ? { [ATTRIBUTES.resendCount]: attempt - 1 } : {}),
    ...serverOf(target),
  };
  if (target === undefined) return { name: "sluice try", kind: SpanKind.INTERNAL, attributes };
  const method = methodOf(target.method);
  const http = { [ATTRIBUTES.method]: method, [ATTRIBUTES.scheme]: target.scheme };
  return { name: method, kind: SpanKind.CLIENT, attributes: { ...attributes, ...http } };
}

function serverOf(target: RequestTarget | undefined): Attributes {
  if (target === undefined) return {};
  const { host, port } = target;
  return { [ATTRIBUTES.address]: host, ...(port === undefined ? {} : { [ATTRIBUTES.port]: port }) };
}
