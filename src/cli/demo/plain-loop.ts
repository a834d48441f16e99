import { Agent, fetch } from "undici";
import type { ModelProgress } from "../batch/progress.js";
import type { RequestLine } from "./requests.js";

/** What people paste: so many at once, each retried by itself, as the SDKs of OpenAI and Together do. */
export interface PlainLoopOptions {
  readonly concurrency: number;
  readonly retriesMax: number;
}

/** How the loop fared with one model. */
export interface PlainTally {
  readonly model: string;
  readonly total: number;
  answered: number;
  /** Given up, after all retries. */
  lost: number;
  inFlight: number;
  tries: number;
  throttled: number;
  overloaded: number;
  /** Milliseconds after the start, of the last answer or loss. */
  endMs: number;
}

/** A running or finished loop. */
export interface PlainLoop {
  readonly tallies: readonly PlainTally[];
  readonly done: Promise<void>;
}

/**
 * Sends the same requests without a rate: `concurrency` workers, and for each request up to `retriesMax` retries after
 * Retry-After, or else after 0.5 s doubled each time up to 8 s, less up to a quarter by chance (openai-node, `client.ts`).
 */
export function startPlainLoop(
  lines: readonly RequestLine[],
  baseUrl: string,
  { concurrency, retriesMax }: PlainLoopOptions,
  signal: AbortSignal,
): PlainLoop {
  const agent = new Agent();
  const startMs = performance.now();
  const byModel = new Map<string, PlainTally>();
  for (const { body } of lines) {
    const tally = byModel.get(body.model) ?? emptyTally(body.model);
    byModel.set(body.model, { ...tally, total: tally.total + 1 });
  }
  let next = 0;

  const sendOne = async (line: RequestLine, tally: PlainTally): Promise<void> => {
    const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(line.body) };
    for (let tried = 0; tried <= retriesMax; tried += 1) {
      tally.tries += 1;
      tally.inFlight += 1;
      let delayMs = backoff(tried);
      try {
        const response = await fetch(`${baseUrl}${line.url}`, { ...init, dispatcher: agent, signal });
        await response.text();
        if (response.ok) {
          tally.answered += 1;
          return;
        }
        if (response.status === 429) tally.throttled += 1;
        else if (response.status === 503) tally.overloaded += 1;
        else if (![408, 409].includes(response.status) && response.status < 500) break;
        delayMs = retryAfter(response.headers.get("retry-after")) ?? delayMs;
      } catch (error) {
        if (signal.aborted) throw error;
      } finally {
        tally.inFlight -= 1;
      }
      if (tried < retriesMax) await new Promise((resolve) => setTimeout(resolve, delayMs));
    }
    tally.lost += 1;
  };
  const work = async (): Promise<void> => {
    for (let line = lines[next++]; line !== undefined && !signal.aborted; line = lines[next++]) {
      const tally = byModel.get(line.body.model);
      if (tally === undefined) continue;
      await sendOne(line, tally);
      tally.endMs = performance.now() - startMs;
    }
  };
  const done = Promise.allSettled(Array.from({ length: concurrency }, work)).then(() => agent.close());
  return { tallies: [...byModel.values()], done };
}

/** The same, as a row of the live panel. */
export function toProgress(tally: PlainTally, name: string): ModelProgress {
  const { total, answered, lost, inFlight, throttled, overloaded } = tally;
  const done = answered + lost;
  return {
    model: `plain: ${name}`,
    total,
    done,
    failed: lost,
    inFlight,
    queued: Math.max(0, total - done - inFlight),
    accepted: answered,
    throttled,
    overloaded,
    tokens: 0,
  };
}

function emptyTally(model: string): PlainTally {
  return { model, total: 0, answered: 0, lost: 0, inFlight: 0, tries: 0, throttled: 0, overloaded: 0, endMs: 0 };
}

function backoff(tried: number): number {
  return Math.min(500 * 2 ** tried, 8_000) * (1 - Math.random() * 0.25);
}

/** Seconds, where they are a wait that the SDKs would sit out. */
function retryAfter(text: string | null): number | undefined {
  const seconds = text === null ? Number.NaN : Number.parseFloat(text);
  return seconds > 0 && seconds < 60 ? seconds * 1_000 : undefined;
}
