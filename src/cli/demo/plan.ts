import type { ScheduledMove } from "../../../simulations/server/move.js";

/** One model of the demonstration: what is asked of it, and how its limit moves. */
export interface Part {
  readonly model: string;
  readonly kind: "chat" | "embeddings";
  readonly requests: number;
  /** Requests a second that the server lets in, from an instant on, in milliseconds after the start. */
  readonly limits: readonly { readonly atMs: number; readonly perSecond: number }[];
}

/**
 * The limit doubles, falls to a quarter and recovers, at other times for each model. A clairvoyant needs about 40 s for it.
 */
export const PARTS: readonly Part[] = [
  {
    model: "meta-llama/Llama-3.3-70B-Instruct-Turbo",
    kind: "chat",
    requests: 320,
    limits: [
      { atMs: 0, perSecond: 6 },
      { atMs: 10_000, perSecond: 12 },
      { atMs: 20_000, perSecond: 3 },
      { atMs: 28_000, perSecond: 10 },
    ],
  },
  {
    model: "togethercomputer/m2-bert-80M-8k-retrieval",
    kind: "embeddings",
    requests: 190,
    limits: [
      { atMs: 0, perSecond: 5 },
      { atMs: 8_000, perSecond: 2 },
      { atMs: 18_000, perSecond: 8 },
      { atMs: 32_000, perSecond: 4 },
    ],
  },
];

/** What a model is called in the demonstration's lines. */
export function kindOf(model: string): string {
  return PARTS.find((part) => part.model === model)?.kind ?? model;
}

/** For some seconds the platform is short of capacity, and answers 503 to what is within the rate. */
export const SHORTAGE = { fromMs: 14_000, untilMs: 17_000, perSecond: 4 } as const;

/** All that the server does, in the form of its control endpoint. */
export function movesOf(parts: readonly Part[]): readonly ScheduledMove[] {
  const limits = parts.flatMap(({ model, limits }) =>
    limits.map(({ atMs, perSecond }) => ({ atMs, model, requestsPerSecond: perSecond })),
  );
  const capacity = [
    { atMs: SHORTAGE.fromMs, capacityPerSecond: SHORTAGE.perSecond },
    { atMs: SHORTAGE.untilMs, capacityPerSecond: null },
  ];
  return [...limits, ...capacity].sort((a, b) => a.atMs - b.atMs);
}
