import type { ClientContext } from "../../world/contestant.js";
import { packageRival } from "./package.js";
import { promiseClient, RefusedError, type SendTry } from "./promise-client.js";

interface RetryConfig {
  readonly retryStrategy: () => Promise<Strategy>;
}

interface Strategy {
  readonly rateLimiter?: { readonly fillRate: number; readonly enabled: boolean };
}

/** How the SDK's middleware sees the rest of the way to the server. */
type Next = (args: { readonly request: unknown }) => Promise<{ response: unknown; output: { $metadata: object } }>;

interface Package {
  resolveRetryConfig(input: { readonly retryMode: "adaptive" }): RetryConfig;
  retryMiddleware(config: RetryConfig): (next: Next, context: object) => Next;
}

/**
 * The AWS SDK's adaptive retry mode, as its clients are built: three attempts behind one rate limiter, whose rate follows
 * CUBIC. It waits for nothing until the first refusal.
 */
export const AWS_ADAPTIVE = packageRival<[Package]>({
  name: "aws-adaptive",
  specifiers: ["@smithy/core/retry"],
  join(context: ClientContext, { resolveRetryConfig, retryMiddleware }) {
    const config = resolveRetryConfig({ retryMode: "adaptive" });
    let strategy: Strategy | undefined;
    config.retryStrategy().then((made) => {
      strategy = made;
    });
    const client = promiseClient(context, (_request, send, abortSignal) =>
      retryMiddleware(config)(() => sendAsAws(send), { __smithy_context: { abortSignal } })({ request: {} }),
    );
    return {
      ...client,
      ratePerSecond: () => (strategy?.rateLimiter?.enabled === true ? strategy.rateLimiter.fillRate : undefined),
    };
  },
});

/** A try whose errors look as the SDK's deserializers leave them. */
async function sendAsAws(send: SendTry): Promise<{ response: unknown; output: { $metadata: object } }> {
  try {
    return { response: await send(), output: { $metadata: {} } };
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    const { status, headers } = error;
    throw Object.assign(error, { $metadata: { httpStatusCode: status }, $response: { statusCode: status, headers } });
  }
}
