import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { defer, from, lastValueFrom, mergeMap, type Observable, toArray } from "rxjs";
import { type AjaxConfig, ajax } from "rxjs/ajax";
import { fromFetch } from "rxjs/fetch";
import { Pool, request } from "undici";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { BudgetSnapshot } from "../../src/flow/budgets.js";
import { createSluice, type Sluice } from "../../src/sluice.js";
import { HttpRequest } from "./xhr.js";

/** Long enough to fill a socket's buffers: a body of this size that nobody reads holds its connection. */
const LONG = "x".repeat(2_000_000);
const QUOTA = { "x-ratelimit-limit-requests": "600", "x-ratelimit-remaining-requests": "599" };

let origin = "";
const arrivedAtMs: number[] = [];
let refusals = 1;

const server = createServer((_request: IncomingMessage, response: ServerResponse) => {
  arrivedAtMs.push(performance.now());
  const isRefused = arrivedAtMs.length <= refusals;
  response.writeHead(isRefused ? 429 : 200, { "content-type": "application/json", ...QUOTA });
  response.end(JSON.stringify(isRefused ? { error: { message: LONG } } : { answer: 42 }));
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  arrivedAtMs.length = 0;
  refusals = 1;
});

const ajaxConfig = (): AjaxConfig => ({ url: origin, createXHR: () => new HttpRequest() as unknown as XMLHttpRequest });

/** As Angular's HttpClient does it: what isn't a success is thrown, with the status and headers on the error. */
const httpClient$ = (): Observable<unknown> =>
  fromFetch(origin).pipe(
    mergeMap(async (response) => {
      const body: unknown = await response.json();
      if (response.ok) return body;
      const { status, headers } = response;
      throw { name: "HttpErrorResponse", message: `Http failure response: ${status}`, status, headers, error: body };
    }),
  );

/** The last column: what is known of a quota that an accepted answer states, where the client hands its headers on. */
const clients: readonly (readonly [string, () => Observable<unknown>, number | undefined])[] = [
  ["fromFetch", () => fromFetch(origin), 599],
  ["ajax", () => ajax(ajaxConfig()), 599],
  ["undici's request", () => defer(() => request(origin)), 599],
  ["an HttpErrorResponse-like error", httpClient$, undefined],
];

/** The body of an answer, in whatever shape its client has it. */
async function bodyOf(answer: unknown): Promise<unknown> {
  if (answer instanceof Response) return answer.json();
  if (typeof answer !== "object" || answer === null) return answer;
  if ("response" in answer) return answer.response;
  return "body" in answer ? (answer.body as { json(): Promise<unknown> }).json() : answer;
}

function requestsOf(sluice: Sluice): BudgetSnapshot | undefined {
  return sluice.budgets().find(({ dimension }) => dimension === "requests");
}

describe.each(clients)("%s", (_name, request$, remaining) => {
  it("through wrap: a 429 and then a 200 is one answer, after one paced retry", async () => {
    const sluice = createSluice({ control: { rateInitial: 5, burst: 1 } });
    const answer = await lastValueFrom(sluice.wrap(request$()));
    expect(await bodyOf(answer)).toEqual({ answer: 42 });
    expect(arrivedAtMs).toHaveLength(2);
    expect((arrivedAtMs[1] ?? 0) - (arrivedAtMs[0] ?? 0)).toBeGreaterThan(150); // the pace was 200 ms at most
    expect(requestsOf(sluice)).toMatchObject({ throttled: 1, accepted: 1, inFlight: 0 });
    await sluice.close();
  });

  it("through pace: each input has its answer, whoever was refused", async () => {
    refusals = 2;
    const sluice = createSluice({ control: { rateInitial: 20, burst: 1 } });
    const answers$ = from([1, 2, 3, 4, 5]).pipe(
      sluice.pace(() => request$()),
      mergeMap(bodyOf),
      toArray(),
    );
    expect(await lastValueFrom(answers$)).toEqual(Array(5).fill({ answer: 42 }));
    expect(requestsOf(sluice)).toMatchObject({ throttled: 2, accepted: 5, inFlight: 0 });
    expect(arrivedAtMs).toHaveLength(7);
    await sluice.close();
  });

  it("learns the quota that the headers state", async () => {
    refusals = 0;
    const sluice = createSluice();
    await bodyOf(await lastValueFrom(sluice.wrap(request$())));
    expect(requestsOf(sluice)?.remaining).toBe(remaining);
    await sluice.close();
  });
});

describe("fromFetch with a selector", () => {
  it("throws the status away before anybody could see it: a refusal counts as accepted, and is handed on", async () => {
    const sluice = createSluice();
    const body$ = fromFetch(origin, { selector: (response) => response.json() });
    expect(await lastValueFrom(sluice.wrap(body$))).toMatchObject({ error: {} });
    expect(arrivedAtMs).toHaveLength(1);
    await sluice.close();
  });
});

describe("the body of a refusal that is tried again", () => {
  it("is let go of, so that a pool of one connection isn't blocked for ever", async () => {
    const pool = new Pool(origin, { connections: 1 });
    const sluice = createSluice({ control: { rateInitial: 20, burst: 1 } });
    const answer = await lastValueFrom(
      sluice.wrap(
        defer(() => pool.request({ path: "/", method: "GET" })),
        { deadlineMs: 10_000 },
      ),
    );
    expect(await answer.body.json()).toEqual({ answer: 42 });
    await sluice.close();
    await pool.close();
  });
});
