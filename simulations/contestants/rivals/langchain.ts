import { packageRival } from "./package.js";
import { promiseClient } from "./promise-client.js";

interface Package {
  readonly AsyncCaller: new (
    options: Record<string, never>,
  ) => {
    callWithOptions<Result>(
      options: { readonly signal: AbortSignal },
      callable: () => Promise<Result>,
    ): Promise<Result>;
  };
}

/**
 * LangChain's AsyncCaller as its models make it: no bound on concurrency, six retries with doubling waits; a 429 is tried
 * again only where it names a wait of a minute at most.
 */
export const LANGCHAIN = packageRival<[Package]>({
  name: "langchain",
  specifiers: ["@langchain/core/utils/async_caller"],
  join(context, { AsyncCaller }) {
    const caller = new AsyncCaller({});
    return promiseClient(context, (_request, send, signal) => caller.callWithOptions({ signal }, send));
  },
});
