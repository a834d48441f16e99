/**
 * Lets go of a response that is not the last word: a body that nobody reads would hold its connection until it is
 * forgotten, and with a pool of one connection the next try would wait for ever. Knows fetch's streams, undici's bodies
 * and Node's streams; leaves alone what somebody reads already. Never throws.
 */
export function discard(response: unknown): void {
  const body = property(response, "body");
  if (property(body, "locked") === true) return;
  // undici's `dump` reads a short rest, so that the connection can be used again; a stream of Node's can only be closed.
  for (const method of ["dump", "cancel", "destroy"]) {
    if (typeof property(body, method) !== "function") continue;
    try {
      const ended: unknown = (body as Record<string, () => unknown>)[method]?.();
      if (ended instanceof Promise) ended.catch(() => {});
    } catch {
      // It was read or closed already.
    }
    return;
  }
}

function property(value: unknown, name: string): unknown {
  try {
    return (value as Record<string, unknown> | null | undefined)?.[name];
  } catch {
    return undefined;
  }
}
