import { packageRival } from "./package.js";
import { plainRetry } from "./plain-retry.js";
import { promiseClient } from "./promise-client.js";
import { perModel } from "./told.js";

interface Package {
  readonly default: new (options: {
    readonly concurrency: number;
  }) => { add<Result>(task: () => Promise<Result>): Promise<Result> };
}

/** What people write who know no better number. */
const CONCURRENCY = 10;

/** p-queue with a fixed concurrency, and the usual retry loop within: the queue itself doesn't retry. */
export const P_QUEUE = packageRival<[Package]>({
  name: "p-queue",
  specifiers: ["p-queue"],
  join(context, { default: PQueue }) {
    const queueOf = perModel(() => new PQueue({ concurrency: CONCURRENCY }));
    return promiseClient(context, ({ model }, send) => queueOf(model).add(() => plainRetry(context, send)));
  },
});
