/** A proxy that retries inside: its client sees the last answer alone. */
export interface ProxySpec {
  /** How often it tries again at most. */
  readonly retries: number;
  /** How long it waits before that, in milliseconds, and twice as long each further time. Default 500. */
  readonly backoffMs?: number;
}

/** How long a proxy waits with a refusal before it tries again; undefined where it hands the refusal on. */
export function proxyWaitMs(proxy: ProxySpec | undefined, retry: number): number | undefined {
  if (proxy === undefined || retry >= proxy.retries) return undefined;
  return (proxy.backoffMs ?? 500) * (1 << Math.min(retry, 20));
}
