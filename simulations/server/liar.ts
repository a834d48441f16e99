import type { Cost } from "../../src/cost.js";
import type { Random } from "../../src/random.js";
import type { Quota } from "../../src/signal/signal.js";
import { createKeyed } from "./keyed.js";
import type { Lie, LieTimes, QuotaField } from "./lie.js";
import type { Limit } from "./limit.js";
import { createLimit } from "./spec.js";

/** A response on which headers are to be told. */
export interface Occasion {
  readonly nowMs: number;
  readonly key: string;
  readonly cost: Cost;
  readonly isAccepted: boolean;
}

/** Bends what headers tell of one model. */
export interface Liar {
  /** What is told in the place of the truth; undefined for nothing at all. Call it for every response. */
  bend(quotas: readonly Quota[], occasion: Occasion): readonly Quota[] | undefined;
  /** Headers as they are sent. */
  garble(headers: Readonly<Record<string, string>>, nowMs: number): Readonly<Record<string, string>>;
}

type Bend = (quotas: readonly Quota[], occasion: Occasion) => readonly Quota[] | undefined;

/** Makes what tells all these lies, one upon the other. */
export function createLiar(lies: readonly Lie[], random: Random): Liar {
  const bends = lies.map((lie) => ({ lie, bend: bendOf(lie) }));
  return {
    bend(quotas, occasion) {
      let told: readonly Quota[] | undefined = quotas;
      for (const { lie, bend } of bends) {
        // A cache, or another limit, lives on while nobody listens.
        const bent: readonly Quota[] | undefined = bend(told ?? quotas, occasion);
        if (isTold(lie, occasion.nowMs) && told !== undefined) told = bent;
      }
      return told;
    },
    garble(headers, nowMs) {
      for (const lie of lies) {
        if (lie.kind === "garbage" && isTold(lie, nowMs) && random() < lie.share) return garbled(headers, random);
      }
      return headers;
    },
  };
}

function isTold({ fromMs = 0, untilMs = Number.POSITIVE_INFINITY }: LieTimes, nowMs: number): boolean {
  return nowMs >= fromMs && nowMs < untilMs;
}

const NUMBERS: readonly QuotaField[] = ["limit", "remaining"];

function bendOf(lie: Lie): Bend {
  switch (lie.kind) {
    case "scaled":
      return each(({ value, field }) => rounded(field, value * lie.factor), lie.fields ?? NUMBERS);
    case "offset":
      return each(({ value }) => Math.max(0, value + lie.units), lie.fields ?? NUMBERS);
    case "constant": {
      const { kind: _, fromMs: _from, untilMs: _until, ...numbers } = lie;
      return (quotas) => quotas.map((quota) => ({ ...quota, ...numbers }));
    }
    case "stale":
      return stale(lie.byMs);
    case "vanishing":
      return (quotas, { nowMs }) => (Math.floor(nowMs / lie.everyMs) % 2 === 0 ? quotas : undefined);
    case "silent-refusals":
      return (quotas, { isAccepted }) => (isAccepted ? quotas : undefined);
    case "foreign":
      return foreign(createLimit(lie.limit), lie.counts ?? "every");
    case "garbage":
      return (quotas) => quotas;
    default:
      return lie satisfies never;
  }
}

function each(move: (told: { value: number; field: QuotaField }) => number, fields: readonly QuotaField[]): Bend {
  return (quotas) =>
    quotas.map((quota) => {
      const bent: Record<string, number> = {};
      for (const field of fields) {
        const value = quota[field];
        if (value !== undefined) bent[field] = move({ value, field });
      }
      return { ...quota, ...bent };
    });
}

function rounded(field: QuotaField, value: number): number {
  return field === "remaining" ? Math.floor(value) : value;
}

function stale(byMs: number): Bend {
  const pasts = createKeyed<{ readonly atMs: number; readonly quotas: readonly Quota[] }[]>(() => []);
  return (quotas, { nowMs, key }) => {
    const past = pasts.get(key, nowMs);
    past.push({ atMs: nowMs, quotas });
    // The newest of those that are old enough, or the oldest while none is.
    let old = 0;
    while ((past[old + 1]?.atMs ?? Number.POSITIVE_INFINITY) <= nowMs - byMs) old++;
    past.splice(0, old);
    return past[0]?.quotas ?? quotas;
  };
}

function foreign(limit: Limit, counts: "every" | "accepted"): Bend {
  return (_quotas, { nowMs, key, cost, isAccepted }) => {
    if (isAccepted || counts === "every") limit.admit(nowMs, { key, cost });
    return limit.quotas(nowMs, key);
  };
}

const NONSENSE = ["NaN", "-5", "1e999", "", "soon; no, later", "0", "99999999999999999999999", "Infinity"] as const;

/** Every header but the date says something that can't be. */
function garbled(headers: Readonly<Record<string, string>>, random: Random): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, name === "date" ? value : nonsense(random)]),
  );
}

function nonsense(random: Random): string {
  return NONSENSE[Math.floor(random() * NONSENSE.length)] ?? "NaN";
}
