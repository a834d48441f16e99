import { packageRival } from "./package.js";
import { plainRetry } from "./plain-retry.js";
import { promiseClient, RefusedError } from "./promise-client.js";
import { perModel, toldLimit } from "./told.js";
import { createSends } from "./wire-fetch.js";

type Effect = unknown;

interface EffectPackage {
  readonly Effect: {
    tryPromise(run: (signal: AbortSignal) => Promise<unknown>): Effect;
    provide(effect: Effect, layer: unknown): Effect;
    runSync(effect: Effect): unknown;
    runPromise(effect: Effect, options: { readonly signal: AbortSignal }): Promise<unknown>;
  };
}

interface HttpRequest {
  readonly headers: Readonly<Record<string, string>>;
}

interface HttpClient {
  execute(request: HttpRequest): Effect;
}

interface HttpPackage {
  readonly HttpClient: {
    make(run: (request: HttpRequest) => Effect): HttpClient;
    withRateLimiter(
      client: HttpClient,
      options: { readonly limiter: unknown; readonly key: string; readonly window: number; readonly limit: number },
    ): HttpClient;
  };
  readonly HttpClientRequest: {
    post(url: string, options: { readonly headers: Readonly<Record<string, string>> }): HttpRequest;
  };
  readonly HttpClientResponse: { fromWeb(request: HttpRequest, response: Response): { readonly status: number } };
}

interface PersistencePackage {
  readonly RateLimiter: { readonly make: Effect; readonly layerStoreMemory: unknown };
}

const URL = "http://simulated.invalid/v1/chat/completions";

/**
 * Effect's `HttpClient.withRateLimiter`, told the limit of the start, which it asks for: it follows limit headers, sends a
 * refused request again through the limiter for ever, and learns from Retry-After. The usual loop retries 5xx.
 */
export const EFFECT = packageRival<[EffectPackage, HttpPackage, PersistencePackage]>({
  name: "effect",
  told: "limit",
  specifiers: ["effect", "effect/http", "effect/persistence"],
  join(context, { Effect }, { HttpClient, HttpClientRequest, HttpClientResponse }, { RateLimiter }) {
    const sends = createSends(context.wire);
    const limiter = Effect.runSync(Effect.provide(RateLimiter.make, RateLimiter.layerStoreMemory));
    const client = HttpClient.make((request) =>
      Effect.tryPromise(async (signal) => {
        const response = await sends.fetch(URL, { headers: request.headers, signal });
        await response.text();
        return HttpClientResponse.fromWeb(request, response);
      }),
    );
    const clientOf = perModel((model) => {
      const told = toldLimit(context, model);
      if (told === undefined) return client;
      return HttpClient.withRateLimiter(client, { limiter, key: model, window: told.intervalMs, limit: told.calls });
    });
    return promiseClient(context, (request, _send, signal) =>
      sends.of(request, (headers) =>
        plainRetry(context, async () => {
          const post = HttpClientRequest.post(URL, { headers });
          const response = await Effect.runPromise(clientOf(request.model).execute(post), { signal });
          const { status } = response as { readonly status: number };
          if (status >= 400) throw new RefusedError({ status, headers: {} });
          return { status, headers: {} };
        }),
      ),
    );
  },
});
