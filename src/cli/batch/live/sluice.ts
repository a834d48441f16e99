import { fetch as undiciFetch } from "undici";
import type { SluiceOptions } from "../../../options.js";
import { createSluice, type Sluice } from "../../../sluice.js";
import { createAgent } from "../../agent.js";
import type { Governor } from "./governor.js";

/**
 * Tries of one request. A library's caller wants to hear soon that it was refused five times; a file of requests that
 * runs by night had rather wait for its turn.
 */
export const ATTEMPTS_MAX = 20;

/** Longest wait that a server may ask for before its quota counts as exhausted, in milliseconds. */
const RETRY_AFTER_MAX_MS = 600_000;

/** A sluice with its connections. */
export interface BatchSluice {
  readonly sluice: Governor & Pick<Sluice, "event$" | "with" | "pause" | "resume" | "cap">;
  /** Requests of which not even the head of an answer has come. */
  inFlight(): number;
  close(): Promise<void>;
}

/**
 * A sluice on connections of its own that are kept alive. `onUnreachable` hears of every try that got no answer.
 *
 * @throws SluiceError `ERR_SLUICE_OPTION`
 */
export function createBatchSluice(
  options: SluiceOptions,
  onUnreachable: (host: string, error: unknown) => void = () => undefined,
): BatchSluice {
  const agent = createAgent();
  let inFlight = 0;
  const fetch = async (input: Parameters<typeof undiciFetch>[0], init?: Parameters<typeof undiciFetch>[1]) => {
    inFlight += 1;
    try {
      return await undiciFetch(input, { ...init, dispatcher: agent });
    } catch (error) {
      if (init?.signal?.aborted !== true) onUnreachable(hostOf(input), error);
      throw error;
    } finally {
      inFlight -= 1;
    }
  };
  const sluice = createSluice({
    ...options,
    retry: { attemptsMax: ATTEMPTS_MAX, retryAfterMaxMs: RETRY_AFTER_MAX_MS, ...options.retry },
    onReject: "throw",
    // The same standard under two declarations, undici's and the DOM's.
    fetch: fetch as unknown as typeof globalThis.fetch,
  });
  return {
    sluice,
    inFlight: () => inFlight,
    async close() {
      await sluice.close();
      await agent.close();
    },
  };
}

function hostOf(input: Parameters<typeof undiciFetch>[0]): string {
  return new URL(typeof input === "object" && "url" in input ? input.url : String(input)).host;
}
