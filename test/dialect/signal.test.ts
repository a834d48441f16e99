import { describe, expect, test } from "vitest";
import { readSignal } from "../../src/dialect/read.js";
import type { ResponseFacts, Signal } from "../../src/signal/signal.js";

const NOW_MS = Date.UTC(2026, 7, 4, 14, 29, 44);

function read(provider: string, response: Partial<ResponseFacts>): Signal {
  return readSignal({ status: 429, headers: {}, receivedAtMs: NOW_MS, ...response }, { provider });
}

const prose = (message: string): Partial<ResponseFacts> => ({ body: { error: { message } } });

describe("waits", () => {
  test("on a success means nothing, whoever sends it", () => {
    for (const provider of ["anthropic", "together", "azure", "generic"]) {
      const signal = read(provider, { status: 200, headers: { "retry-after": "55", "retry-after-ms": "55000" } });
      expect(signal).toEqual({ outcome: "accepted", quotas: [] });
    }
  });

  test("unless a dialect says that it does", () => {
    const own = { name: "own", heedsWaitOnSuccess: true };
    const signal = readSignal({ status: 200, headers: { "retry-after": "5" } }, { provider: own });
    expect(signal).toEqual({ outcome: "accepted", retryAfterMs: 5_000, quotas: [] });
  });

  test("that are stated aren't marked as derived, and those of a spent quota are", () => {
    const headers = { "ratelimit-limit": "9", "ratelimit-remaining": "0", "ratelimit-reset": "20" };
    expect(read("ietf", { headers })).toMatchObject({ retryAfterMs: 20_000, retryAfterDerived: true });
    const stated = read("ietf", { headers: { ...headers, "retry-after": "5" } });
    expect(stated.retryAfterMs).toBe(5_000);
    expect(stated.retryAfterDerived).toBeUndefined();
  });

  test("Together's lone reset on a 429 is stated; on a 503 it is none", () => {
    const headers = { "x-ratelimit-reset": "3" };
    const refused = read("together", { headers });
    expect(refused.retryAfterMs).toBe(3_000);
    expect(refused.retryAfterDerived).toBeUndefined();
    expect(read("together", { status: 503, headers }).retryAfterMs).toBeUndefined();
  });

  test("for a refilling bucket of requests end when one is back, and not when it is full", () => {
    const headers = {
      "x-ratelimit-limit-requests": "200",
      "x-ratelimit-remaining-requests": "0",
      "x-ratelimit-reset-requests": "24h0m0s",
    };
    expect(read("openai", { headers })).toMatchObject({
      outcome: "throttled",
      retryAfterMs: 432_000,
      retryAfterDerived: true,
    });
  });

  test("retry-after-ms of 0 beside retry-after of 1 is 1 s; alone it is 0", () => {
    expect(read("azure", { headers: { "retry-after-ms": "0", "retry-after": "1" } }).retryAfterMs).toBe(1_000);
    expect(read("azure", { headers: { "retry-after-ms": "0" } }).retryAfterMs).toBe(0);
    expect(read("azure", { headers: { "retry-after-ms": "250", "retry-after": "1" } }).retryAfterMs).toBe(250);
  });

  test("of Azure's that contradict each other are as long as the longer", () => {
    expect(read("azure", { headers: { "retry-after-ms": "30000", "retry-after": "4" } }).retryAfterMs).toBe(30_000);
    expect(read("azure", { headers: { "retry-after-ms": "4000", "retry-after": "30" } }).retryAfterMs).toBe(30_000);
    expect(read("azure", { headers: { "retry-after-ms": "20001", "retry-after": "21" } }).retryAfterMs).toBe(20_001);
    expect(read("openai", { headers: { "retry-after-ms": "4000", "retry-after": "30" } }).retryAfterMs).toBe(4_000);
  });

  test("are never seconds since 1970: a Retry-After of 60 is a minute, and an epoch an instant", () => {
    expect(read("generic", { headers: { "retry-after": "60" } }).retryAfterMs).toBe(60_000);
    expect(read("generic", { headers: { "retry-after": String(NOW_MS / 1_000 + 60) } }).retryAfterMs).toBe(60_000);
  });

  test("longer than one timer holds are whole", () => {
    expect(read("generic", { headers: { "retry-after": "31536000" } })).toMatchObject({
      outcome: "exhausted",
      retryAfterMs: 31_536_000_000,
    });
  });

  test("come with a server's failure, and not with a client's mistake", () => {
    const headers = { "retry-after": "7" };
    expect(read("generic", { status: 500, headers })).toEqual({ outcome: "failed", retryAfterMs: 7_000, quotas: [] });
    expect(read("generic", { status: 404, headers })).toEqual({ outcome: "failed", quotas: [] });
  });

  test("are taken against the server's own clock where it tells it", () => {
    const headers = { date: "Tue, 04 Aug 2026 10:00:00 GMT", "retry-after": "Tue, 04 Aug 2026 10:00:09 GMT" };
    expect(read("generic", { headers }).retryAfterMs).toBe(9_000);
  });

  test.for([
    ["Please try again in 634ms. Visit", 634],
    ["Please try again in 6m0s.", 360_000],
    ["Please retry after 33 seconds.", 33_000],
    ["Retry after 1s.", 1_000],
    ["Please wait 0 seconds before retrying.", 0],
    ["No deployments available, Try again in 60 seconds. ...", 60_000],
    ["try again in a while", undefined],
    ["try again in 5 bananas", undefined],
  ] as const)("in prose: %s", ([message, waitMs]) => {
    expect(read("generic", prose(message)).retryAfterMs).toBe(waitMs);
  });
});

describe("kinds of limit", () => {
  test.for([
    [
      "a code of billing, and not another request with the whole prompt",
      "openai",
      { body: { error: { code: "insufficient_quota", message: "You exceeded your current quota" } } },
      "exhausted",
    ],
    [
      "a balance that is too low, with 400",
      "anthropic",
      {
        status: 400,
        body: {
          type: "error",
          error: { type: "invalid_request_error", message: "Your credit balance is too low to access the API." },
        },
      },
      "exhausted",
    ],
    [
      "credit_limit, which is Together's word for a rate",
      "together",
      { body: { error: { type: "credit_limit", message: "rate limit of 60 queries per minute" } } },
      "throttled",
    ],
    ["a fine-tuning job too many", "together", { status: 409 }, "saturated"],
    [
      "a conflict of two writers",
      "generic",
      { status: 409, ...prose("concurrent modification of the resource") },
      "failed",
    ],
    ["too many at once, with 503", "generic", { status: 503, ...prose("Too many concurrent requests") }, "saturated"],
    ["demand too high, with 429", "azure", prose("The system is currently experiencing high demand"), "overloaded"],
    [
      "overload as a 500",
      "anthropic",
      { status: 500, body: { type: "error", error: { type: "api_error", message: "Overloaded" } } },
      "overloaded",
    ],
    ["flex capacity", "groq", { status: 498, body: { error: { code: "flex_tier_capacity_exceeded" } } }, "overloaded"],
    [
      "AWS's throttling with 400",
      "bedrock",
      { status: 400, body: { __type: "com.amazon#ThrottlingException" } },
      "throttled",
    ],
    [
      "the number 429 inside a text",
      "generic",
      { status: 400, ...prose("expected 429 tokens per minute, error 503 overloaded") },
      "failed",
    ],
    ["a redirect", "generic", { status: 301 }, "failed"],
    ["not modified", "github", { status: 304 }, "accepted"],
    ["a ban with 403 that states a wait", "fastify", { status: 403, headers: { "retry-after": "9" } }, "throttled"],
    ["a permission that lacks, with 403", "together", { status: 403, headers: { "retry-after": "9" } }, "failed"],
    ["a network that failed", "generic", { status: 0 }, "failed"],
    ["a status that is no number", "generic", { status: Number.NaN }, "failed"],
  ] as const)("%s", ([, provider, response, outcome]) => {
    expect(read(provider, response).outcome).toBe(outcome);
  });

  test("a success that lists errors of its own is a success", () => {
    const body = { data: null, errors: [{ message: "field not found" }] };
    expect(read("generic", { status: 200, body }).outcome).toBe("accepted");
    expect(read("generic", { status: 200, body: { error: null, status: "completed" } }).outcome).toBe("accepted");
    expect(read("generic", { status: 200, body: { error: { code: 429, message: "slow" } } }).outcome).toBe("throttled");
    expect(read("generic", { status: 200, body: { error: { code: 502, message: "bad gateway" } } }).outcome).toBe(
      "failed",
    );
  });

  test("a stream that ends in an error tells of it, wherever it stands", () => {
    const echo = `event: response.created\ndata: ${JSON.stringify({ echo: "x".repeat(40_000) })}\n\n`;
    const refused = `${echo}event: error\ndata: {"code":"rate_limit_exceeded","message":"slow down"}\n\n`;
    const headers = { "retry-after": "4", "content-type": "text/event-stream" };
    expect(read("azure", { status: 200, headers, body: refused })).toMatchObject({
      outcome: "throttled",
      retryAfterMs: 4_000,
    });
    const broken = 'data: {"error":{"type":"server_error","message":"boom"}}\n\n';
    expect(read("generic", { status: 200, body: broken }).outcome).toBe("failed");
    expect(read("generic", { status: 200, body: `${echo}data: [DONE]\n\n` }).outcome).toBe("accepted");
  });

  test("a body is read as text too, and what is no JSON does no harm", () => {
    const body = '{"error":{"code":"insufficient_quota"}}';
    expect(read("openai", { body }).outcome).toBe("exhausted");
    expect(read("openai", { body: new TextEncoder().encode(body) }).outcome).toBe("exhausted");
    expect(read("openai", { body: body.slice(0, -2) }).outcome).toBe("throttled");
    expect(read("openai", { body: "<html>429 Too Many Requests</html>" }).outcome).toBe("throttled");
    expect(read("openai", { body: undefined }).outcome).toBe("throttled");
  });
});

describe("what a refusal names", () => {
  test.for([
    [
      "tokens, by the type",
      "openai",
      { body: { error: { type: "tokens", code: "rate_limit_exceeded", message: "" } } },
      { dimension: "tokens" },
    ],
    [
      "requests, by the type",
      "openai",
      { body: { error: { type: "requests", code: "rate_limit_exceeded", message: "" } } },
      { dimension: "requests" },
    ],
    [
      "input tokens, by the prose",
      "anthropic",
      prose("This request would exceed your organization's rate limit of 40,000 input tokens per minute"),
      { dimension: "inputTokens" },
    ],
    [
      "output tokens, though the type says tokens",
      "groq",
      {
        body: {
          error: {
            type: "tokens",
            code: "rate_limit_exceeded",
            message: "on output tokens per minute (OTPM): Limit 1000, Used 900, Requested 434.",
          },
        },
      },
      { dimension: "outputTokens" },
    ],
    [
      "a minute's requests, where the headers count a day's",
      "groq",
      prose("on requests per minute (RPM): Limit 30, Used 30, Requested 1. Please try again in 2s."),
      { dimension: "requests", scope: "minute" },
    ],
    [
      "the day's input tokens",
      "google",
      {
        body: {
          error: {
            status: "RESOURCE_EXHAUSTED",
            message: "quota",
            details: [
              { violations: [{ quotaId: "GenerateContentInputTokensPerModelPerDay-FreeTier", quotaValue: "9" }] },
            ],
          },
        },
      },
      { dimension: "inputTokens" },
    ],
    [
      "the one that is spent",
      "anthropic",
      {
        headers: { "anthropic-ratelimit-requests-remaining": "12", "anthropic-ratelimit-output-tokens-remaining": "0" },
      },
      { dimension: "outputTokens" },
    ],
    ["none, where nothing tells", "openai", {}, undefined],
    [
      "none, where two are spent",
      "openai",
      { headers: { "x-ratelimit-remaining-requests": "0", "x-ratelimit-remaining-tokens": "0" } },
      undefined,
    ],
    ["concurrency", "deepseek", {}, { dimension: "concurrency" }],
  ] as const)("%s", ([, provider, response, refused]) => {
    expect(read(provider, response).refused).toEqual(refused);
  });

  test("a request larger than the whole budget never fits, and no wait is honoured", () => {
    const message =
      "Request too large for gpt-4o on tokens per min (TPM): Limit 30000, Requested 40312. Please try again in 20s.";
    const body = { error: { message, type: "tokens", code: "rate_limit_exceeded" } };
    expect(read("openai", { headers: { "retry-after": "20" }, body })).toEqual({
      outcome: "failed",
      refused: { dimension: "tokens", neverFits: true },
      quotas: [{ dimension: "tokens", limit: 30_000, windowMs: 60_000 }],
    });
    expect(
      read("groq", { status: 413, body: { error: { code: "rate_limit_exceeded", message: "no" } } }),
    ).toMatchObject({
      outcome: "failed",
      refused: { dimension: "tokens", neverFits: true },
    });
    expect(read("generic", { status: 413, body: "<html>413 Payload Too Large</html>" })).toEqual({
      outcome: "failed",
      quotas: [],
    });
  });

  test("another limit than the headers state is a budget of its own, named for its window", () => {
    const signal = read("openai", {
      headers: { "x-ratelimit-limit-requests": "500", "x-ratelimit-remaining-requests": "499" },
      ...prose("on requests per day (RPD): Limit 200, Used 200, Requested 1. Please try again in 7m12s."),
    });
    // The day's bucket refills: 7 minutes are a real wait.
    expect(signal).toMatchObject({
      outcome: "throttled",
      retryAfterMs: 432_000,
      refused: { dimension: "requests", scope: "day" },
    });
    expect(signal.quotas).toContainEqual({
      dimension: "requests",
      scope: "day",
      limit: 200,
      remaining: 0,
      windowMs: 86_400_000,
    });
  });
});

describe("quotas", () => {
  const requests = (headers: Record<string, string>, provider = "generic") =>
    read(provider, { status: 200, headers }).quotas.find(
      ({ dimension, scope }) => dimension === "requests" && scope === undefined,
    );

  test("limit -1 and remaining -1 are how a server says that it doesn't count", () => {
    const headers = {
      "x-ratelimit-limit-requests": "-1",
      "x-ratelimit-remaining-requests": "-1",
      "x-ratelimit-reset-requests": "0",
    };
    for (const provider of ["azure", "openai", "generic"]) expect(requests(headers, provider)).toBeUndefined();
  });

  test("a negative remaining is 0 where it means an oversubscribed window, and elsewhere says nothing", () => {
    const headers = { "x-ratelimit-limit-requests": "60", "x-ratelimit-remaining-requests": "-5" };
    expect(read("azure", { status: 200, headers }).quotas).toMatchObject([{ limit: 60, remaining: 0 }]);
    for (const provider of ["openai", "groq", "generic"]) {
      const [quota] = read(provider, { status: 200, headers }).quotas;
      expect(quota?.limit).toBe(60);
      expect(quota).not.toHaveProperty("remaining");
    }
  });

  test("a limit of 0 is a limit, and not the want of one", () => {
    expect(requests({ "x-ratelimit-limit": "0", "x-ratelimit-remaining": "0" })).toEqual({
      dimension: "requests",
      limit: 0,
      remaining: 0,
    });
  });

  test("a remaining above the limit stays as it is", () => {
    expect(requests({ "x-ratelimit-limit": "10", "x-ratelimit-remaining": "19" })).toMatchObject({
      limit: 10,
      remaining: 19,
    });
  });

  test("a reset in 1970 is now", () => {
    expect(requests({ "x-ratelimit-limit": "9", "x-ratelimit-reset": "1970-01-01T00:00:01Z" })).toMatchObject({
      resetInMs: 0,
    });
  });

  test("6m0s are six minutes, and no date", () => {
    expect(requests({ "x-ratelimit-limit-requests": "9", "x-ratelimit-reset-requests": "6m0s" })).toMatchObject({
      resetInMs: 360_000,
    });
  });

  test("used beyond the limit leaves nothing, and no debt", () => {
    expect(requests({ "x-shopify-shop-api-call-limit": "41/40" }, "shopify")).toEqual({
      dimension: "requests",
      limit: 40,
      remaining: 0,
    });
  });

  test("a mirror's reset belongs to the window that it repeats, of equal ones to the longer", () => {
    const minuteAndHour = (minute: number, hour: number) => ({
      "x-ratelimit-limit-minute": "100",
      "x-ratelimit-remaining-minute": String(minute),
      "x-ratelimit-limit-hour": "100",
      "x-ratelimit-remaining-hour": String(hour),
    });
    const mirror = (remaining: number, reset: number) => ({
      "ratelimit-limit": "100",
      "ratelimit-remaining": String(remaining),
      "ratelimit-reset": String(reset),
    });
    for (const provider of ["kong", "generic"]) {
      const quotasOf = (headers: Record<string, string>) => read(provider, { status: 200, headers }).quotas;
      const minute = { dimension: "requests", limit: 100, remaining: 5, windowMs: 60_000 };
      const hour = { dimension: "requests", scope: "hour", limit: 100, remaining: 5, windowMs: 3_600_000 };
      expect(quotasOf({ ...minuteAndHour(5, 50), ...mirror(5, 30) })).toEqual([
        { ...minute, resetInMs: 30_000 },
        { ...hour, remaining: 50 },
      ]);
      expect(quotasOf({ ...minuteAndHour(50, 5), ...mirror(5, 2_000) })).toEqual([
        { ...minute, remaining: 50 },
        { ...hour, resetInMs: 2_000_000 },
      ]);
      expect(quotasOf({ ...minuteAndHour(5, 5), ...mirror(5, 2_000) })).toEqual([
        minute,
        { ...hour, resetInMs: 2_000_000 },
      ]);
      expect(quotasOf(mirror(5, 30))).toMatchObject([{ dimension: "requests", remaining: 5, resetInMs: 30_000 }]);
    }
  });

  test("a month's limit is a budget beside the minute's", () => {
    const headers = {
      "x-ratelimit-limit-minute": "9",
      "x-ratelimit-limit-month": "90",
      "x-ratelimit-remaining-month": "4",
    };
    expect(read("kong", { status: 200, headers }).quotas).toEqual([
      { dimension: "requests", limit: 9, windowMs: 60_000 },
      { dimension: "requests", scope: "month", limit: 90, remaining: 4, windowMs: 2_592_000_000 },
    ]);
  });

  test("the windows of a subscription are shares of what nobody tells", () => {
    const reset = NOW_MS / 1_000 + 3_600;
    const headers = {
      "anthropic-ratelimit-unified-status": "allowed",
      "anthropic-ratelimit-unified-5h-status": "allowed",
      "anthropic-ratelimit-unified-5h-utilization": "0.75",
      "anthropic-ratelimit-unified-5h-reset": String(reset),
      "anthropic-ratelimit-unified-7d-utilization": "1.25",
      "anthropic-ratelimit-unified-7d-reset": new Date(reset * 1_000).toISOString(),
      "anthropic-ratelimit-unified-overage-status": "rejected",
      "anthropic-ratelimit-unified-7d_opus-utilization": "unknown",
      "anthropic-ratelimit-unified-representative-claim": "five_hour",
      "anthropic-ratelimit-unified-reset": String(reset),
    };
    const utilization = { dimension: "utilization", limit: 1, resetInMs: 3_600_000 };
    for (const provider of ["anthropic", "a gateway"]) {
      expect(read(provider, { status: 200, headers }).quotas).toEqual([
        { ...utilization, scope: "5h", remaining: 0.25, windowMs: 18_000_000 },
        { ...utilization, scope: "7d", remaining: 0, windowMs: 604_800_000 },
      ]);
    }
  });

  test("a gateway's limit beside the provider's is a budget of its own", () => {
    const headers = {
      "x-ratelimit-limit-requests": "500",
      "x-ratelimit-remaining-requests": "499",
      "ratelimit-limit": "10",
      "ratelimit-remaining": "2",
    };
    expect(read("generic", { status: 200, headers }).quotas).toEqual([
      { dimension: "requests", limit: 500, remaining: 499 },
      { dimension: "requests", scope: "gateway", limit: 10, remaining: 2 },
    ]);
  });

  test("what a cache hands out tells nothing of now", () => {
    expect(requests({ age: "12", "x-ratelimit-limit": "10" })).toBeUndefined();
    expect(requests({ age: "0", "x-ratelimit-limit": "10" })).toBeDefined();
  });

  test("Shopify's points come with every answer", () => {
    const body = {
      data: {},
      extensions: {
        cost: {
          requestedQueryCost: 2,
          throttleStatus: { maximumAvailable: 1000.0, currentlyAvailable: 900, restoreRate: 50 },
        },
      },
    };
    for (const form of [body, JSON.stringify(body)]) {
      expect(read("shopify", { status: 200, body: form }).quotas).toEqual([
        { dimension: "points", limit: 1_000, remaining: 900, resetInMs: 2_000, windowMs: 20_000 },
      ]);
    }
  });
});
