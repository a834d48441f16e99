import { Agent } from "undici";

/** How long a connection may take to open, in milliseconds. */
const CONNECT_MS = 30_000;
/** How long an idle one is kept, unless the server says less. */
const KEEP_ALIVE_MS = 30_000;

/**
 * Connections of a command's own, kept alive. How long an answer may take is `attemptTimeoutMs`'s to say: undici's own
 * limits of 300 s would end slow models.
 */
export function createAgent(options: Pick<Agent.Options, "maxHeaderSize"> = {}): Agent {
  return new Agent({
    ...options,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: CONNECT_MS },
    keepAliveTimeout: KEEP_ALIVE_MS,
  });
}
