import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { factsOf } from "../../src/signal/facts.js";
import { viewOf } from "../../src/signal/headers.js";

const headers = { "retry-after": "3" };
const body = { error: { message: "slow down" } };
const response = new Response("{}", { status: 429, headers });

class ApiError extends Error {
  readonly status = 429;
  readonly headers = new Headers(headers);
  readonly error = { message: "slow down" };
}

class AwsError extends Error {
  override readonly name = "ThrottlingException";
  readonly $metadata = { httpStatusCode: 429 };
}

describe("finds the response in", () => {
  test.for([
    ["fetch's Response", response, undefined],
    ["withResponse() of an SDK", { data: body, response, request_id: "r" }, body],
    ["an SDK's error", new ApiError("429"), { message: "slow down" }],
    [
      "an axios error",
      Object.assign(new Error("x"), { isAxiosError: true, response: { status: 429, headers, data: body } }),
      body,
    ],
    ["an axios result", { status: 429, headers, data: body, config: {} }, body],
    [
      "Angular's HttpErrorResponse",
      {
        name: "HttpErrorResponse",
        status: 429,
        headers: { keys: () => ["Retry-After"], get: () => "3", getAll: () => ["3"] },
        error: body,
        url: "https://api.x.ai/v1",
      },
      body,
    ],
    ["rxjs AjaxResponse", { status: 429, responseHeaders: headers, response: body, xhr: {} }, body],
    [
      "rxjs AjaxError",
      Object.assign(new Error("ajax error 429"), {
        status: 429,
        xhr: { status: 429, getAllResponseHeaders: () => "Retry-After: 3\r\n" },
        response: body,
      }),
      body,
    ],
    ["undici's request", { statusCode: 429, headers, body: { pipe: () => 0, json: () => 0 }, trailers: {} }, undefined],
    ["got's HTTPError", Object.assign(new Error("x"), { response: { statusCode: 429, headers, body } }), body],
    [
      "the AI SDK's APICallError",
      Object.assign(new Error("x"), { statusCode: 429, responseHeaders: headers, responseBody: '{"error":1}' }),
      '{"error":1}',
    ],
    [
      "the AI SDK's RetryError",
      Object.assign(new Error("x"), {
        lastError: Object.assign(new Error("y"), { statusCode: 429, responseHeaders: headers, responseBody: "b" }),
      }),
      "b",
    ],
    [
      "an AWS error with its response",
      Object.assign(new Error("Rate exceeded"), {
        $metadata: { httpStatusCode: 429 },
        $response: { statusCode: 429, headers },
      }),
      undefined,
    ],
    ["an error that wraps another", new Error("outer", { cause: new ApiError("429") }), { message: "slow down" }],
  ] as const)("%s", ([, value, wanted]) => {
    const facts = factsOf(value);
    expect(facts?.status).toBe(429);
    expect(viewOf(facts?.headers).get("retry-after")).toBe("3");
    if (wanted !== undefined) expect(facts?.body).toEqual(wanted);
  });

  test("an AWS error without its response, by its name", () => {
    const facts = factsOf(new AwsError("Rate exceeded"));
    expect(facts?.status).toBe(429);
    expect(viewOf(facts?.headers).get("x-amzn-errortype")).toBe("ThrottlingException");
  });

  test("an error with a status and a message of JSON", () => {
    const facts = factsOf(Object.assign(new Error('{"error":{"code":429}}'), { status: 429 }));
    expect(facts).toMatchObject({ status: 429, body: { message: '{"error":{"code":429}}' } });
  });
});

test("tells the host, so that a provider is found by it", () => {
  const facts = factsOf({ status: 429, headers, url: "https://user:pw@api.together.xyz:443/v1/chat?x#y" });
  expect(facts?.host).toBe("api.together.xyz:443");
});

test.for([
  ["nothing", undefined],
  ["text", "429"],
  ["an answer's own status", { id: "r", status: "completed", output: [] }],
  ["a job with a number for a status", { status: 2, headers: 7 }],
  ["an error of the network", Object.assign(new TypeError("fetch failed"), { cause: { code: "ECONNRESET" } })],
  ["status 0", { status: 0, headers: {}, message: "x" }],
  ["a function", () => 1],
  ["itself", selfish()],
] as const)("finds none in %s", ([, value]) => {
  expect(factsOf(value)).toBeUndefined();
});

function selfish(): object {
  const value: Record<string, unknown> = {};
  value["response"] = value;
  return value;
}

test("reads no stream, and throws at nothing", async () => {
  const own = new Response("body", { status: 200, headers });
  expect(factsOf(own)?.body).toBeUndefined();
  expect(await own.text()).toBe("body");
  const hostile = new Proxy(class {}, {
    get() {
      throw new Error("get");
    },
    getPrototypeOf() {
      throw new Error("prototype");
    },
    has() {
      throw new Error("has");
    },
  });
  for (const value of [
    hostile,
    { response: hostile },
    {
      status: 429,
      headers: hostile,
      body: new Proxy(
        {},
        {
          get() {
            throw new Error("x");
          },
        },
      ),
    },
  ]) {
    expect(() => factsOf(value)).not.toThrow();
  }
  fc.assert(
    fc.property(fc.anything(), (value) => {
      factsOf(value);
      factsOf({ status: 429, headers: value, body: value, response: value, cause: value });
    }),
  );
});
