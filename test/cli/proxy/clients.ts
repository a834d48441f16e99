import { setTimeout as sleep } from "node:timers/promises";

type Fetch = typeof globalThis.fetch;

/** What became of the requests of all clients, so far. */
export interface Tally {
  /** Answers read to their end, by status. */
  readonly statuses: Map<number, number>;
  /** Left before the end, on purpose. */
  left: number;
  /** Broken off, by whoever it was. */
  broken: number;
}

/** How a client behaves. */
interface Manners {
  readonly streams: boolean;
  readonly isSlow: boolean;
  /** When it leaves, in milliseconds; undefined where it stays. */
  readonly leaveMs: number | undefined;
}

/** Half of them stream, a tenth leave early, a tenth read slowly. */
function mannersOf(client: number, turn: number): Manners {
  const leaves = client % 10 === 3;
  // No two leave at the same moment of theirs: in the queue, before the head of an answer, in the midst of its body.
  const leaveMs = leaves ? 5 + ((client * 37 + turn * 211) % 900) : undefined;
  return { streams: client % 2 === 0, isSlow: client % 10 === 6, leaveMs };
}

/** So many clients, each of which asks so often, again as soon as it has its answer. */
export class Clients {
  readonly tally: Tally = { statuses: new Map(), left: 0, broken: 0 };
  /** How long they took, once they are done. */
  tookMs = 0;
  readonly #fetch: Fetch;
  readonly #url: string;

  constructor(fetch: Fetch, url: string) {
    this.#fetch = fetch;
    this.#url = url;
  }

  /** Answers read to their end. */
  get answered(): number {
    return [...this.tally.statuses.values()].reduce((sum, count) => sum + count, 0);
  }

  async run({ clients, turns }: { readonly clients: number; readonly turns: number }): Promise<this> {
    const startMs = performance.now();
    const client = async (index: number): Promise<void> => {
      for (let turn = 0; turn < turns; turn += 1) await this.#ask(mannersOf(index, turn));
    };
    await Promise.all(Array.from({ length: clients }, (_, index) => client(index)));
    this.tookMs = performance.now() - startMs;
    return this;
  }

  async #ask({ streams, isSlow, leaveMs }: Manners): Promise<void> {
    const leaving = new AbortController();
    const timer = leaveMs === undefined ? undefined : setTimeout(() => leaving.abort(), leaveMs);
    const messages = [{ role: "user", content: "Tell me a story." }];
    const body = JSON.stringify({ model: "m", stream: streams, max_tokens: 8, messages });
    const { tally } = this;
    try {
      const init = { method: "POST", body, signal: leaving.signal };
      const response = await this.#fetch(`${this.#url}/v1/chat/completions`, init);
      for await (const _ of response.body ?? []) if (isSlow) await sleep(20);
      tally.statuses.set(response.status, (tally.statuses.get(response.status) ?? 0) + 1);
    } catch {
      if (leaving.signal.aborted) tally.left += 1;
      else tally.broken += 1;
    } finally {
      clearTimeout(timer);
    }
  }
}
