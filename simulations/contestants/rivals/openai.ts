import { packageRival } from "./package.js";
import { promiseClient } from "./promise-client.js";
import { createSends } from "./wire-fetch.js";

interface Package {
  readonly default: new (options: {
    readonly apiKey: string;
    readonly baseURL: string;
    readonly fetch: typeof globalThis.fetch;
  }) => OpenAI;
}

interface OpenAI {
  readonly chat: {
    readonly completions: {
      create(
        body: { readonly model: string; readonly messages: readonly unknown[] },
        options: { readonly signal: AbortSignal; readonly headers: Readonly<Record<string, string>> },
      ): Promise<unknown>;
    };
  };
}

/** The openai SDK as it comes: two retries after 0.5 and 1 s, less up to a quarter, or after Retry-After. */
export const OPENAI = packageRival<[Package]>({
  name: "openai",
  specifiers: ["openai"],
  join(context, { default: OpenAI }) {
    const sends = createSends(context.wire);
    const client = new OpenAI({ apiKey: "none", baseURL: "http://simulated.invalid/v1", fetch: sends.fetch });
    return promiseClient(context, (request, _send, signal) =>
      sends.of(request, (headers) =>
        client.chat.completions.create({ model: request.model, messages: [] }, { signal, headers }),
      ),
    );
  },
});
