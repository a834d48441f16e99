import type { Sluice } from "../../src/sluice.js";

/** One try that was answered, as the transport saw it. What the end of a run cuts off was neither let in nor refused. */
export interface Try {
  /** Milliseconds since the first one was sent. */
  readonly sentAtMs: number;
  readonly status: number;
}

/** A fetch, and the tries that went through it. */
export interface Watched {
  readonly fetch: typeof globalThis.fetch;
  readonly tries: readonly Try[];
}

export function watch(): Watched {
  const tries: Try[] = [];
  let firstAtMs: number | undefined;
  const watched: typeof globalThis.fetch = async (input, init) => {
    const nowMs = performance.now();
    firstAtMs ??= nowMs;
    const sentAtMs = nowMs - firstAtMs;
    const response = await fetch(input, init);
    tries.push({ sentAtMs, status: response.status });
    return response;
  };
  return { fetch: watched, tries };
}

/** Keeps `waiting` requests before the sluice for so long: what it gets through is up to it. */
export async function saturate(
  { fetch }: Pick<Sluice, "fetch">,
  url: string,
  { forMs, waiting }: { readonly forMs: number; readonly waiting: number },
): Promise<void> {
  const untilMs = performance.now() + forMs;
  const signal = AbortSignal.timeout(forMs);
  const ask = async () => {
    while (performance.now() < untilMs) {
      await fetch(url, { signal })
        .then((response) => response.arrayBuffer())
        .catch(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: waiting }, ask));
}

/** Sends at the rate that it is told, evenly, whatever comes of it. */
export async function pace(
  fetch: typeof globalThis.fetch,
  url: string,
  { forMs, ratePerSecond }: { readonly forMs: number; readonly ratePerSecond: number },
): Promise<void> {
  const startMs = performance.now();
  const answers: Promise<unknown>[] = [];
  for (let nextMs = startMs; nextMs < startMs + forMs; nextMs += 1_000 / ratePerSecond) {
    while (performance.now() < nextMs) await new Promise((later) => setTimeout(later, nextMs - performance.now()));
    answers.push(
      fetch(url)
        .then((response) => response.arrayBuffer())
        .catch(() => undefined),
    );
  }
  await Promise.all(answers);
}
