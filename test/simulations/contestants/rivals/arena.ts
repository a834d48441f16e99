import { createVirtualClock } from "../../../../simulations/clock.js";
import { seededRandom } from "../../../../simulations/random.js";
import type { Client, Contestant, Ending } from "../../../../simulations/world/contestant.js";
import { installGlobals } from "../../../../simulations/world/globals.js";
import type { SimulatedRequest } from "../../../../simulations/world/request.js";
import type { Scenario } from "../../../../simulations/world/scenario.js";

/** One try, as a server of a test sees it. */
export interface Seen {
  readonly atMs: number;
  readonly request: number;
  /** 1 for the first of its request. */
  readonly attempt: number;
  /** Tries that were under way with it, itself counted. */
  readonly inFlight: number;
}

/** What the server of a test says; a missing status loses the connection. */
export interface Said {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default 100. */
  readonly afterMs?: number;
}

export interface Arena {
  readonly client: Client;
  readonly seen: readonly Seen[];
  /** Endings by request. */
  readonly ends: ReadonlyMap<number, { readonly ending: Ending; readonly atMs: number }>;
  /** Asks for some requests at once; tells what takes the last one back. */
  ask(count: number, traits?: Partial<SimulatedRequest>): () => void;
  run(untilMs: number): Promise<void>;
}

const SCENARIO: Scenario = {
  name: "arena",
  story: "One client, and a server that says what a test wants.",
  durationMs: 60_000,
  server: { limit: { kind: "policer", requestsPerSecond: 10 } },
  bounds: [],
};

/** Lets one contestant meet a server that says what a test wants, on a virtual clock. */
export async function enter(
  contestant: Contestant,
  say: (seen: Seen) => Said,
  { limitPerSecond = 10 }: { readonly limitPerSecond?: number } = {},
): Promise<Arena> {
  await contestant.prepare?.();
  const clock = createVirtualClock();
  const seen: Seen[] = [];
  const ends = new Map<number, { ending: Ending; atMs: number }>();
  const attempts = new Map<number, number>();
  let inFlight = 0;
  let requests = 0;
  const inTime = async (act: () => Promise<void> | void): Promise<void> => {
    const putBack = installGlobals(clock, seededRandom("arena/globals"));
    try {
      await act();
    } finally {
      putBack();
    }
  };
  let client: Client | undefined;
  await inTime(() => {
    client = contestant.join({
      clock,
      random: seededRandom("arena"),
      scenario: SCENARIO,
      spec: { workload: { kind: "saturated", waiting: 64 } },
      index: 0,
      wire: {
        send({ id }, listener) {
          const attempt = (attempts.get(id) ?? 0) + 1;
          attempts.set(id, attempt);
          inFlight++;
          const one: Seen = { atMs: clock.now(), request: id, attempt, inFlight };
          seen.push(one);
          const { status, headers = {}, afterMs = 100 } = say(one);
          const takeBack = clock.after(afterMs, () => {
            inFlight--;
            if (status === undefined) return listener.onError(new TypeError("fetch failed"));
            listener.onResponse({ status, headers });
            listener.onEnd();
          });
          return () => {
            inFlight--;
            takeBack();
          };
        },
      },
      oracle: { waitMs: () => 0, limitPerSecond: () => limitPerSecond },
    });
  });
  if (client === undefined) throw new Error("nobody joined");
  const joined = client;
  return {
    client: joined,
    seen,
    ends,
    ask(count, traits = {}) {
      let takeBack = (): void => {};
      for (let index = 0; index < count; index++) {
        const id = requests++;
        const request = { id, model: "model", cost: {}, charged: {}, settled: {}, ...traits };
        clock.after(0, () => {
          takeBack = joined.submit(request, (ending) => {
            if (ends.has(id)) throw new Error(`request ${id} ended twice`);
            ends.set(id, { ending, atMs: clock.now() });
          });
        });
      }
      return () => takeBack();
    },
    run: (untilMs) => inTime(() => clock.runAsync(untilMs)),
  };
}

/** The most that went out within any stretch so long. */
export function mostWithin(seen: readonly Seen[], stretchMs: number): number {
  let most = 0;
  let from = 0;
  for (const [index, { atMs }] of seen.entries()) {
    while ((seen[from]?.atMs ?? atMs) <= atMs - stretchMs) from++;
    most = Math.max(most, index - from + 1);
  }
  return most;
}
