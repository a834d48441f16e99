import { packageRival } from "./package.js";
import { backoffMs } from "./plain-retry.js";
import { promiseClient, RefusedError, retryAfterMs } from "./promise-client.js";
import { perModel, toldLimit } from "./told.js";

interface Limiter {
  schedule<Result>(task: () => Promise<Result>): Promise<Result>;
  on(event: "failed", listener: (error: unknown, job: { readonly retryCount: number }) => number | undefined): void;
}

interface Package {
  readonly default: new (options: { readonly minTime: number }) => Limiter;
}

const RETRIES_MAX = 4;

/** Bottleneck, told the limit of the start as its `minTime`; retries as its guide has them, by its `failed` event. */
export const BOTTLENECK = packageRival<[Package]>({
  name: "bottleneck",
  told: "limit",
  specifiers: ["bottleneck"],
  join(context, { default: Bottleneck }) {
    const limiterOf = perModel((model) => {
      const told = toldLimit(context, model);
      const limiter = new Bottleneck({ minTime: told === undefined ? 0 : told.intervalMs / told.calls });
      limiter.on("failed", (error, { retryCount }) => {
        if (!(error instanceof RefusedError) || retryCount >= RETRIES_MAX) return undefined;
        return Math.max(backoffMs(retryCount + 1, context.random()), retryAfterMs(error.headers) ?? 0);
      });
      return limiter;
    });
    return promiseClient(context, ({ model }, send) => limiterOf(model).schedule(send));
  },
});
