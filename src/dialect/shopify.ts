import { isRecord } from "../record.js";
import { countOf } from "./count.js";
import type { BodyReading, Dialect } from "./dialect.js";

/** Shopify: a leaking bucket. REST tells it as `32/40`, GraphQL in the body of a 200, refused or not. */
export const shopify: Dialect = {
  name: "shopify",
  hosts: [".myshopify.com"],
  signs: ["x-shopify-shop-api-call-limit", "x-shopify-stage"],
  quotas: [{ dimension: "requests", usedOfLimit: "x-shopify-shop-api-call-limit" }],
  readBody: readThrottleStatus,
  refusals: [{ codes: ["throttled"], outcome: "throttled", dimension: "points" }],
  traits: [
    { traits: { kind: "refill" } },
    // 40 leak at 2 a second, and 400 at 20.
    { dimension: "requests", traits: { windowMs: 20_000 } },
  ],
  wording: { throttled: { status: 429, body: { errors: "Exceeded the calls per second for api client. {message}" } } },
};

function readThrottleStatus(body: Readonly<Record<string, unknown>>): BodyReading | undefined {
  const extensions = body["extensions"];
  const cost = isRecord(extensions) ? extensions["cost"] : undefined;
  const status = isRecord(cost) ? cost["throttleStatus"] : undefined;
  if (!isRecord(cost) || !isRecord(status)) return undefined;
  const limit = countOf(status["maximumAvailable"]);
  const remaining = countOf(status["currentlyAvailable"]);
  const perSecond = countOf(status["restoreRate"]);
  const requested = countOf(cost["requestedQueryCost"]);
  const timeOf = (units: number | undefined): number | undefined =>
    units === undefined || perSecond === undefined || perSecond === 0
      ? undefined
      : (Math.max(0, units) / perSecond) * 1_000;
  const lackingOf = (units: number | undefined): number | undefined =>
    units === undefined || remaining === undefined ? undefined : units - remaining;
  return {
    quotas: [{ dimension: "points", limit, remaining, resetInMs: timeOf(lackingOf(limit)), windowMs: timeOf(limit) }],
    waitMs: timeOf(lackingOf(requested)),
  };
}
